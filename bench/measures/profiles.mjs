// A profile of twenty servers with twenty tools each: warm, cold (a new host that knows none of them), and with one that hangs.
// Warm is one tools/list on an open session; cold is from the start of the shim.
import { RawClient } from '../raw-client.mjs';
import { atLeast, atMost, median, notBuilt, number, timed } from '../statistics.mjs';

const SERVERS = 20;
const TOOLS = 20;
const MISSING = 'io.portolan/missing';

export const profiles = {
  name: 'profiles',
  async run({ world, rounds }) {
    const known = world.home({});
    if (!known.knows('profile')) return { rows: [notBuilt(`profile of ${SERVERS} servers`)], tables: [] };
    const runs = { local: [], far: [], warm: [], hangs: [], later: [] };
    let told;
    for (let round = 0; round < Math.min(rounds, 5); round += 1) {
      const local = await cold(world, {});
      runs.local.push(local.first);
      runs.warm.push(local.again);
      runs.far.push((await cold(world, { far: true })).first);
      const hanging = await cold(world, { hanging: true });
      runs.hangs.push(hanging.first);
      runs.later.push(hanging.again);
      told = hanging;
    }
    const of = (what) => median(runs[what]);
    return {
      rows: [
        atMost(`profile of ${SERVERS} servers listed, warm`, of('warm'), 10),
        atMost(`profile of ${SERVERS} servers listed, cold, local`, of('local'), 100, { digits: 0 }),
        atMost(`profile of ${SERVERS} servers listed, cold, 50 ms away`, of('far'), 220, { digits: 0 }),
        atMost('one of them hangs: the others listed, first time', of('hangs'), 1200, { digits: 0 }),
        atMost('one of them hangs: the others listed, later', of('later'), 10),
        atLeast('one of them hangs: tools of the others', told.tools, (SERVERS - 1) * TOOLS, { unit: 'tools' }),
        atLeast('one of them hangs: named in the list', told.missing, 1, { unit: 'server' }),
      ],
      tables: [
        {
          title: `Profile of ${SERVERS} servers, ms`,
          header: ['case', 'median', 'lowest'],
          rows: Object.entries(runs).map(([name, all]) => [name, number(of(name)), number(Math.min(...all))]),
        },
      ],
    };
  },
};

async function cold(world, { far = false, hanging = false }) {
  const names = Array.from({ length: SERVERS }, (_, index) => `s${index + 1}`);
  const home = world.home(
    Object.fromEntries(
      names.map((name, index) => [
        name,
        hanging && index === 7 ? world.url('/hang') : world.url(`/tools/${TOOLS}/${name}`, { far }),
      ]),
    ),
  );
  home.portolan('profile', 'create', 'all', '--servers', names.join(','));
  const client = new RawClient(home.connect('--profile', 'all'));
  try {
    await client.initialize();
    const list = await client.request('tools/list', {});
    const first = performance.now() - client.started;
    const again = await timed(() => client.request('tools/list', {}));
    const missing = list._meta?.[MISSING];
    return {
      first,
      again,
      tools: list.tools.length,
      missing: Array.isArray(missing) ? missing.length : Object.keys(missing ?? {}).length,
    };
  } finally {
    await client.close();
    home.stop();
  }
}
