// Procedures on links from other programs: they wait for a person and change nothing.
import type { HostParts } from '../parts.ts';
import type { DomainImplementer } from './implementer.ts';

export function linksApi(os: DomainImplementer<'links'>, { links }: Pick<HostParts, 'links'>) {
  return {
    offer: os.offer.handler(({ input }) => {
      const page = links.offer(input.link);
      return page === undefined ? {} : { page };
    }),
    offerText: os.offerText.handler(({ input }) => ({ page: links.offerText(input.text) })),
    current: os.current.handler(() => {
      const review = links.current();
      return review === undefined ? {} : { review };
    }),
    dismiss: os.dismiss.handler(({ input }) => {
      links.dismiss(input.id);
      return {};
    }),
  };
}
