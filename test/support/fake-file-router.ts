// The fake host's procedures on links, portable catalog files and inputs.
import type { implement } from '@orpc/server';
import type { contract } from '../../shared/contract/index.ts';
import type { FakeWorld } from './fake-world.ts';

export function fileHandlers(os: ReturnType<typeof implement<typeof contract>>, world: FakeWorld) {
  return {
    links: {
      offer: os.links.offer.handler(() => ({})),
      offerText: os.links.offerText.handler(({ input }) => {
        world.received.push({ procedure: 'links.offerText', input });
        return { page: '/review/1' };
      }),
      current: os.links.current.handler(() => (world.review === undefined ? {} : { review: world.review })),
      dismiss: os.links.dismiss.handler(({ input }) => {
        world.received.push({ procedure: 'links.dismiss', input });
        world.review = undefined;
        return {};
      }),
    },
    portable: {
      write: os.portable.write.handler(() => ({ text: '{}\n', servers: [], inputs: [], losses: [], refused: [] })),
      share: os.portable.share.handler(() => ({
        link: 'portolan://add?catalog=e30',
        chars: 26,
        limit: 2_000,
        text: '{}\n',
      })),
      plan: os.portable.plan.handler(() => ({})),
      apply: os.portable.apply.handler(({ input }) => {
        world.received.push({ procedure: 'portable.apply', input });
        world.review = undefined;
        return { added: ['server:notes'], changed: [], kept: [], inputs: world.inputs.map(({ id }) => id) };
      }),
    },
    inputs: {
      list: os.inputs.list.handler(() => [...world.inputs]),
      set: os.inputs.set.handler(({ input }) => {
        world.received.push({ procedure: 'inputs.set', input });
        world.inputs = world.inputs.map((known) => (known.id === input.id ? { ...known, hasValue: true } : known));
        return {};
      }),
      remove: os.inputs.remove.handler(({ input }) => {
        world.inputs = world.inputs.map((known) => (known.id === input.id ? { ...known, hasValue: false } : known));
        return {};
      }),
    },
  };
}
