// Procedures on portable catalog files: the text of one, a link for a few servers, and merging one.
import { MAX_LINK_CHARS } from '../../shared/link.ts';
import { addLinkOf } from '../link-desk.ts';
import type { HostParts } from '../parts.ts';
import { audited } from './audited.ts';
import type { DomainImplementer } from './implementer.ts';

export function portableApi(os: DomainImplementer<'portable'>, { audit, portable }: HostParts) {
  return {
    write: os.write.handler(({ input }) => portable.write(input, input.format)),
    share: os.share.handler(({ input }) => {
      const { text } = portable.write(input, 'portolan');
      const { link, chars } = addLinkOf(text);
      return { ...(link === undefined ? {} : { link }), chars, limit: MAX_LINK_CHARS, text };
    }),
    plan: os.plan.handler(async ({ input }) => {
      const plan = await portable.plan(input);
      return plan === undefined ? {} : { plan };
    }),
    apply: os.apply.handler(({ input, context }) =>
      audited(audit, context, { kind: 'catalog.changed', what: 'merged a catalog file' }, () => portable.apply(input)),
    ),
  };
}
