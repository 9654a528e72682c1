// Runs the server scenarios against the fixture behind Portolan's HTTP gateway and compares them with the direct runs: what
// the gateway does to a server must not show in any check.
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { privatePortolan } from './private-portolan.ts';
import type { Check, Outcome } from './run-suite.ts';

interface RunningGateway {
  /** Where the fixture is offered, without a token: its path holds one. */
  readonly url: string;
  readonly end: () => void;
}

/** Puts the server at an address behind something, and says where it is then. */
export type StartGateway = (fixtureUrl: string) => Promise<RunningGateway>;

/** The gateway of a private Portolan, on a way that needs no token in a header. */
export const startGateway: StartGateway = async (fixtureUrl) => {
  const portolan = privatePortolan();
  try {
    const port = await freePort();
    const origin = `http://127.0.0.1:${port}`;
    portolan.run('add', 'fixture', '--url', fixtureUrl, '--type', 'streamable-http');
    // The suite sends the gateway's own address as Origin and expects to be served.
    portolan.run('gateway', 'enable', '--port', String(port), '--public-origin', origin);
    const added = portolan.run('gateway', 'add-client', 'conformance', '--open-path', '--json');
    const { token } = JSON.parse(added) as { token: string };
    return { url: `${origin}/mcp/o/${token}/s/fixture`, end: portolan.end };
  } catch (error) {
    portolan.end();
    throw error;
  }
};

/** What a scenario came to behind the gateway: its problems are the differences from the direct run. */
export function compare(direct: Outcome, behind: Outcome | undefined): Outcome {
  const expected = statuses(direct.checks);
  const seen = statuses(behind?.checks ?? []);
  const problems = [
    ...expected.filter((status) => !seen.includes(status)).map((status) => `direct only: ${status}`),
    ...seen.filter((status) => !expected.includes(status)).map((status) => `behind the gateway only: ${status}`),
  ];
  return { name: direct.name, checks: behind?.checks ?? [], problems: [...(behind?.problems ?? []), ...problems] };
}

/** `ID STATUS` of every check; the n-th of equal ones is numbered, so that their count is compared too. */
function statuses(checks: readonly Check[]): string[] {
  const count = new Map<string, number>();
  return checks.map(({ id, status }) => {
    const key = `${id} ${status}`;
    const times = (count.get(key) ?? 0) + 1;
    count.set(key, times);
    return times === 1 ? key : `${key} (${times})`;
  });
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}
