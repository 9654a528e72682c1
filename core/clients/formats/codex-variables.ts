// The environment variables that an entry of Codex names in keys of their own.
import type { VariableRef } from '../../../shared/model/import-result.ts';
import { type JsonNode, membersOf, pointerSegment } from '../../base/json-tree.ts';
import type { MutableServer } from '../client-format.ts';
import type { EntryFields } from '../entry-dialect.ts';

/** What `bearer_token_env_var`, `env_http_headers` and `env_vars` of an entry refer to, at the place that they fill. */
export function codexVariables(server: MutableServer, { members, fields, warn }: EntryFields): VariableRef[] {
  if (server.transport === 'stdio') {
    const list = members.get('env_vars')?.value;
    if (list !== undefined && list.type !== 'array') warn('SCHEMA_VIOLATION', '/env_vars');
    return (list?.type === 'array' ? (list.children ?? []) : []).flatMap((item, index) => {
      const ref = passedVariable(item);
      if (ref === undefined) warn('SCHEMA_VIOLATION', `/env_vars/${index}`);
      return ref ?? [];
    });
  }
  const bearer = fields.string('bearer_token_env_var');
  const headers = membersOf(members.get('env_http_headers')?.value);
  return [
    ...(bearer === undefined ? [] : [reference('/headers/Authorization', 'bearer_token_env_var', bearer)]),
    ...[...headers.values()].flatMap(({ key, value }) => {
      if (value.type === 'string') {
        return [reference(`/headers${pointerSegment(key)}`, 'env_http_headers', String(value.value))];
      }
      warn('SCHEMA_VIOLATION', `/env_http_headers${pointerSegment(key)}`);
      return [];
    }),
  ];
}

/** A name, or a name with where it comes from. */
function passedVariable(item: JsonNode): VariableRef | undefined {
  if (item.type === 'string')
    return reference(`/env${pointerSegment(String(item.value))}`, 'env_vars', String(item.value));
  const name = membersOf(item).get('name')?.value;
  const source = membersOf(item).get('source')?.value;
  if (name?.type !== 'string') return undefined;
  return {
    ...reference(`/env${pointerSegment(String(name.value))}`, 'env_vars', String(name.value)),
    ...(source?.type === 'string' ? { source: String(source.value) } : {}),
  };
}

function reference(path: string, syntax: string, name: string): VariableRef {
  return { path, syntax, kind: 'env', name };
}
