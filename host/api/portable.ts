// Procedures on portable catalog files: the text of one, a link for a few servers, and merging one.
import { MAX_LINK_CHARS } from '../../shared/link.ts';
import { addLinkOf } from '../link-desk.ts';
import type { HostParts } from '../parts.ts';
import { approveShown } from './approve-shown.ts';
import { audited } from './audited.ts';
import type { DomainImplementer } from './implementer.ts';

export function portableApi(os: DomainImplementer<'portable'>, parts: HostParts) {
  const { approvals, audit, catalog, portable } = parts;
  const isHeld = (name: string): boolean => {
    const entry = catalog.get(name);
    return entry !== undefined && !approvals.isApproved(entry);
  };
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
      audited(audit, context, { kind: 'catalog.changed', what: 'merged a catalog file' }, async () => {
        const done = await portable.apply(input);
        const added = serversOf(done.added);
        // A server that was here and is another now is shown beside what it was, and waits for that look.
        approveShown(added, parts);
        return { ...done, held: [...added, ...serversOf(done.changed)].filter(isHeld) };
      }),
    ),
  };
}

function serversOf(keys: readonly string[]): string[] {
  return keys.filter((key) => key.startsWith('server:')).map((key) => key.slice('server:'.length));
}
