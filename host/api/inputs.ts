// Procedures on inputs: what is asked for, and the values that people give.
import type { HostParts } from '../parts.ts';
import { audited } from './audited.ts';
import type { DomainImplementer } from './implementer.ts';
import { endServers } from './secret-uses.ts';

export function inputsApi(os: DomainImplementer<'inputs'>, parts: HostParts) {
  const { audit, inputs } = parts;
  return {
    list: os.list.handler(() => inputs.list()),
    set: os.set.handler(async ({ input, context }) => {
      await audited(audit, context, { kind: 'secret.changed', what: `set input ${input.id}` }, () =>
        inputs.set(input.id, input.value),
      );
      await endServers(inputs.usersOf(input.id), parts);
      return {};
    }),
    remove: os.remove.handler(async ({ input, context }) => {
      await audited(audit, context, { kind: 'secret.changed', what: `forgot input ${input.id}` }, () =>
        inputs.remove(input.id),
      );
      await endServers(inputs.usersOf(input.id), parts);
      return {};
    }),
  };
}
