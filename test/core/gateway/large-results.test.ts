// The longest results that a server may give, through the whole gateway, from real processes.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { randomBytes } from 'node:crypto';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { duplexPair } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { digest } from '../../../core/audit/digest.ts';
import { LineFramer } from '../../../core/connections/line-framer.ts';
import { serverEntrySchema } from '../../../shared/model/server-entry.ts';
import { catalogOf, gatewayOf, realConnections } from '../../support/gateway-rig.ts';
import { MemoryAudit } from '../../support/memory-audit.ts';
import { initializeParams } from '../../support/raw-client.ts';
import { until } from '../../support/until.ts';

const SERVER = fileURLToPath(new URL('../../fixtures/large-results.mjs', import.meta.url));

async function remoteServer(): Promise<string> {
  const child: ChildProcess = spawn(process.execPath, [SERVER, 'http'], { stdio: ['pipe', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill());
  if (child.stdout === null) throw new Error('no pipe');
  const [port] = (await once(child.stdout, 'data')) as [Buffer];
  return `http://127.0.0.1:${port.toString().trim()}/mcp`;
}

/** A client of that server that keeps the bytes of the lines that it gets. */
async function clientOf(transport: 'stdio' | 'streamable-http') {
  const remote = transport === 'stdio' ? undefined : { type: transport, url: await remoteServer() };
  const entry = remote && serverEntrySchema.parse({ name: 'large', endpoint: remote, options: {} });
  const catalog =
    entry === undefined ? catalogOf({ large: { args: [SERVER] } }) : { get: () => entry, list: () => [entry] };
  const { gateway, audit } = gatewayOf({ source: realConnections(catalog), audit: new MemoryAudit(), catalog });
  const [ours, theirs] = duplexPair();
  gateway.attach({
    stream: ours,
    server: 'large',
    sessionId: randomBytes(16).toString('hex'),
    caller: { name: 'unknown client', pid: 4711 },
  });
  const lines: Buffer[] = [];
  const framer = new LineFramer(
    (line) => lines.push(line),
    () => undefined,
  );
  theirs.on('data', (chunk: Buffer) => framer.push(chunk));
  const ask = async (id: number, method: string, params: object = {}): Promise<Buffer> => {
    const before = lines.length;
    theirs.write(`${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`);
    return until(() => lines[before], `request ${id} is answered`);
  };
  await ask(0, 'initialize', initializeParams());
  theirs.write('{"jsonrpc":"2.0","method":"notifications/initialized"}\n');
  return { ask, audit };
}

test.each([
  ['stdio', 'dense', {}],
  ['stdio', 'text', {}],
  ['streamable-http', 'dense', {}],
  ['streamable-http', 'dense', { stream: true }],
  ['streamable-http', 'text', {}],
] as const)(
  'FRM-03 PRX-11 a valid result of 50 MB over %s (%s %j) arrives as it was, and never holds up the others for long',
  async (transport, name, params) => {
    const { ask, audit } = await clientOf(transport);
    const delays = monitorEventLoopDelay({ resolution: 1 });
    delays.enable();
    const line = await ask(1, 'tools/call', { name, ...params });
    delays.disable();
    const { result } = JSON.parse((await ask(2, 'test/digest')).toString()) as { result: { digest: string } };
    expect(line.length).toBeGreaterThan(49_000_000);
    expect(digest(line)).toBe(result.digest);
    const [outcome] = audit.of('call.outcome');
    expect([outcome?.resultDigest, outcome?.outcome]).toEqual([result.digest, name === 'dense' ? 'error' : 'allowed']);

    // On any machine: no pause comes near the time that parsing the same text takes in one go.
    if (name !== 'dense') return;
    const text = line.toString();
    const begin = performance.now();
    JSON.parse(text);
    const parsed = performance.now() - begin;
    if (process.env['DEBUG_LARGE'])
      process.stderr.write(`${transport} ${name} ${JSON.stringify(params)} max ${delays.max / 1e6} parse ${parsed}\n`);
    expect(delays.max / 1_000_000).toBeLessThan(parsed / 2);
  },
);
