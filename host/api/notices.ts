// Procedures on notices.
import type { HostParts } from '../parts.ts';
import type { DomainImplementer } from './implementer.ts';

export function noticesApi(os: DomainImplementer<'notices'>, { notices }: Pick<HostParts, 'notices'>) {
  return {
    follow: os.follow.handler(({ signal }) => notices.follow(signal)),
    failed: os.failed.handler(({ input }) => {
      notices.failed(input.id, input.message);
      return {};
    }),
  };
}
