// Between one profile of the file and the model, and how profiles follow when a server of theirs is renamed or removed.
import { type Profile, profileSchema } from '../../shared/model/profile.ts';
import { setIn } from '../base/json-edit.ts';
import type { CatalogContent } from './catalog-file.ts';
import { profileFormSchema } from './catalog-schema.ts';

/** Where profiles stand in the file. */
export const PROFILES = ['portolan', 'profiles'] as const;

const DEFAULTS = profileSchema.pick({ mode: true, nameBudget: true }).parse({});

/** The profile that a value of the file means, or half a sentence on what is wrong with it. */
export function readProfile(name: string, value: unknown): { value: Profile } | { problem: string } {
  const form = profileFormSchema.safeParse(value);
  if (form.success) {
    const { title, servers, mode, nameBudget } = form.data;
    const unique = [...new Set(servers)];
    return { value: { name, ...(title !== undefined && { title }), servers: unique, mode, nameBudget } };
  }
  const issue = form.error.issues[0];
  const where = issue?.path.join('.') ?? '';
  return { problem: where === '' ? 'it is not an object with a list of servers' : `${where}: ${issue?.message}` };
}

/** The value that a new profile is written as: everything that is not a default. */
export function writeProfile({ title, servers, mode, nameBudget }: Profile): object {
  return {
    ...(title ? { title } : {}),
    servers: [...new Set(servers)],
    ...(mode !== DEFAULTS.mode && { mode }),
    ...(nameBudget !== DEFAULTS.nameBudget && { nameBudget }),
  };
}

/** `text` in which no profile names this server any more. */
export function withoutMember(content: CatalogContent, text: string, server: string): string {
  return withServers(content, text, (servers) => servers.filter((name) => name !== server));
}

/** `text` in which profiles name the server as it is called now. */
export function withMemberRenamed(
  content: CatalogContent,
  text: string,
  { from, to }: { from: string; to: string },
): string {
  return withServers(content, text, (servers) => servers.map((name) => (name === from ? to : name)));
}

function withServers(content: CatalogContent, text: string, change: (servers: readonly string[]) => string[]): string {
  let result = text;
  for (const { name, servers } of content.profiles.values()) {
    const changed = change(servers);
    if (changed.join('\n') !== servers.join('\n')) result = setIn(result, [...PROFILES, name, 'servers'], changed);
  }
  return result;
}
