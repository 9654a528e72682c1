// A process of its own that opens one stdio server, lets it flood its stderr and says what that cost: the memory of a
// test runner would tell of the runner. Arguments: a folder, the server's program, its modes.
import { systemClock } from '../../core/base/clock.ts';
import { silentLogger } from '../../core/base/logger.ts';
import { type Frame, frameOf } from '../../core/connections/frame.ts';
import { LogRing } from '../../core/connections/log-ring.ts';
import { openStdio } from '../../core/connections/stdio-upstream.ts';
import { serverEntrySchema } from '../../shared/model/server-entry.ts';

/** What is printed as JSON. */
export interface FloodReport {
  /** By how much the process was larger than before the flood when it was largest, in bytes. */
  readonly rise: number;
  readonly answer: unknown;
  /** Lines that arrived. */
  readonly lines: number;
  /** What the ring kept of them: their numbers, and each text once. */
  readonly seqs: readonly number[];
  readonly texts: readonly string[];
}

const [runDir = '', script = '', ...modes] = process.argv.slice(2);
const endpoint = { type: 'stdio', command: process.execPath, args: [script, ...modes] };
const server = { ...serverEntrySchema.parse({ name: 'loud', endpoint, options: {} }), secretValues: [] };
const ring = new LogRing({ clock: systemClock });
let lines = 0;
let onAnswer: (frame: Frame) => void = () => undefined;
const before = process.memoryUsage.rss();

const upstream = await openStdio(
  server,
  {
    onFrame: (frame) => onAnswer(frame),
    onRequestFailed: (_id, error) => {
      throw error;
    },
    onClosed: () => undefined,
    onLog: (source, text) => {
      if (source !== 'stderr') return;
      lines += 1;
      ring.append(source, text);
    },
  },
  { logger: silentLogger, runDir, sessionId: 'a'.repeat(32) },
);
// Answered when the flood is over.
const answer = await new Promise<Frame>((resolve) => {
  onAnswer = resolve;
  upstream.send(frameOf({ jsonrpc: '2.0', id: 1, method: 'tools/list', params: {} }));
});
await upstream.close();
const rise = process.resourceUsage().maxRSS * 1024 - before;
const kept = ring.lines();
const report: FloodReport = {
  rise,
  answer: answer.message['result'],
  lines,
  seqs: kept.map(({ seq }) => seq),
  texts: [...new Set(kept.map(({ text }) => text))],
};
process.stdout.write(JSON.stringify(report));
