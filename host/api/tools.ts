// What servers offer, kept between lists.
import type { HostParts } from '../parts.ts';
import type { DomainImplementer } from './implementer.ts';

export function toolsApi(os: DomainImplementer<'tools'>, { tools }: Pick<HostParts, 'tools'>) {
  return {
    list: os.list.handler(({ input, context }) => tools.list(input.name, input.refresh, context.caller)),
  };
}
