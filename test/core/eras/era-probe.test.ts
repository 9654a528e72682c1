// The probe alone: versions that later revisions will bring, and answers that are not its own.
import { expect, test } from 'vitest';
import { type Frame, frameOf } from '../../../core/connections/frame.ts';
import { probeEra, type Verdict } from '../../../core/eras/era-probe.ts';
import { ProbeFeed } from '../../../core/eras/probe-feed.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { Recorder } from '../../support/stdio-server.ts';

const OLD = '2026-07-28';
const NEW = '2027-06-01';

interface Probe {
  readonly asked: string[];
  readonly feed: ProbeFeed;
  readonly verdict: Promise<Verdict>;
}

/** Probes a server in memory for two modern versions; `answer` gives the members beside the id. */
function probe(answer: (version: string, id: unknown, feed: ProbeFeed) => object): Probe {
  const feed = new ProbeFeed();
  const asked: string[] = [];
  const send = ({ message }: Frame): void => {
    const params = message['params'] as { _meta: Record<string, string> };
    const version = params._meta['io.modelcontextprotocol/protocolVersion'] ?? '';
    asked.push(version);
    feed.onFrame(frameOf({ jsonrpc: '2.0', id: message['id'], ...answer(version, message['id'], feed) }));
  };
  const options = { clock: new ManualClock(), timeoutMs: 1, versions: [NEW, OLD] };
  return { asked, feed, verdict: probeEra({ transport: 'stdio', send }, feed, options) };
}

const unsupported = (...supported: string[]): object => ({
  error: { code: -32_022, message: '', data: { supported } },
});
const result = (...supportedVersions: string[]): { result: object } => ({ result: { supportedVersions } });

test.each<[string, (version: string) => object, string[], object]>([
  ['the best is taken', () => result(OLD, NEW), [NEW], { version: NEW }],
  ['the best common one is taken', () => result(OLD, '2025-11-25'), [NEW], { version: OLD }],
  [
    'a refused version is followed by one that the server names',
    (version) => (version === NEW ? unsupported(OLD, '2025-11-25') : result(OLD)),
    [NEW, OLD],
    { version: OLD, discovered: { supportedVersions: [OLD] } },
  ],
  ['a server that refuses what it names is asked once for each', () => unsupported(OLD), [NEW, OLD], { version: OLD }],
])('ERA-04: %s', async (_name, answer, asked, expected) => {
  const probed = probe(answer);
  expect(await probed.verdict).toMatchObject({ era: 'modern', ...expected });
  expect(probed.asked).toEqual(asked);
});

test('what is not about the probe is kept for the reader of the connection, and its answer goes nowhere else', async () => {
  let probeId: unknown;
  const { verdict, feed } = probe((_version, id, own) => {
    probeId = id;
    own.onLog('stderr', 'hello');
    own.onFrame(frameOf({ jsonrpc: '2.0', method: 'notifications/message', params: {} }));
    own.onFrame(frameOf({ jsonrpc: '2.0', id: 'other', result: {} }));
    own.onRequestFailed('"other"', expect.anything());
    return result(NEW);
  });
  await verdict;
  const events = new Recorder();
  feed.redirect(events);
  feed.onFrame(frameOf({ jsonrpc: '2.0', id: probeId, ...result(OLD) }));
  feed.onFrame(frameOf({ jsonrpc: '2.0', id: 'later', result: {} }));
  expect(events.logs).toEqual([{ source: 'stderr', text: 'hello' }]);
  expect(events.frames.map(({ id, method }) => id ?? method)).toEqual(['notifications/message', '"other"', '"later"']);
  expect(events.failures).toHaveLength(1);
});
