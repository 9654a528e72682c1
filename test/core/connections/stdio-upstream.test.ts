// A stdio connection over a real process: what passes, what is ignored, what is told when the process ends.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { frameOf } from '../../../core/connections/frame.ts';
import { LOG_RING_BYTES } from '../../../core/connections/log-ring.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import type { FloodReport } from '../../support/flooded-host.ts';
import { EVIL_STDIO, evilEntry, initialize, openServer, request } from '../../support/stdio-server.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { thrown } from '../../support/thrown.ts';
import { until } from '../../support/until.ts';

const FLOODED_HOST = fileURLToPath(new URL('../../support/flooded-host.ts', import.meta.url));

describe('openStdio', () => {
  test('passes requests and their answers', async () => {
    const { upstream, events } = await openServer(evilEntry('one', []));
    upstream.send(initialize());
    upstream.send(request(1, 'tools/list'));
    expect(await events.result(0)).toMatchObject({ serverInfo: { name: 'evil-stdio' } });
    expect(await events.result(1)).toMatchObject({ tools: [{ name: 'echo' }] });
  });

  test('SUP-09: a process that dies with 1,000 requests in flight gives each exactly one error with the reason', async () => {
    const opened = await Promise.all(
      [0, 1, 2, 3].map(() => openServer(evilEntry('dies', ['silent=250', 'exit-code=7', 'stderr-text=last words\n']))),
    );
    for (const { upstream } of opened) for (let id = 0; id < 250; id += 1) upstream.send(request(id, 'tools/call'));
    for (const { events } of opened) {
      await until(() => events.closed.length > 0, 'the exit is told');
      expect(events.failures.map(({ id }) => id)).toEqual(Array.from({ length: 250 }, (_, id) => String(id)));
      expect(events.failures.map(({ error }) => error.code)).toEqual(Array(250).fill('SERVER_EXITED'));
      expect(events.failures[0]?.error.data).toEqual({
        exitCode: 7,
        signal: null,
        lastErrorLine: 'last words',
        sent: true,
      });
      expect(events.closed.map(({ code }) => code)).toEqual(['SERVER_EXITED']);
    }
  });

  test('an answer written just before the exit is not lost', async () => {
    const { upstream, events } = await openServer(evilEntry('brief', []));
    // More than one read takes, and less than the pipe surely holds: the server must be able to end while nobody reads.
    upstream.send(request(1, 'test/last-words', { length: 100_000 }));
    await until(() => events.closed.length > 0, 'the exit is told');
    expect(events.frames.map(({ id }) => id)).toEqual(['1']);
    expect(events.failures).toEqual([]);
  });

  test('the exit is told although a descendant holds the pipes open', async () => {
    const { upstream, events } = await openServer(evilEntry('holder', ['hold-pipes']));
    upstream.send(request(1, 'test/exit', { code: 3 }));
    await until(() => events.closed.length > 0, 'the exit is told');
    expect(events.failures.map(({ id, error }) => [id, error.data['exitCode']])).toEqual([['1', 3]]);
  });

  test('a server that closes its output is ended', async () => {
    const { events } = await openServer(evilEntry('mute', ['close-stdout', 'stay']));
    const error = await until(() => events.closed[0], 'the connection is closed');
    expect(error.message).toContain('it closed its output');
  });

  test('SUP-13: noise on stdout is ignored and counted, the server stays usable, at most one log line a second', async () => {
    const clock = new ManualClock();
    const { upstream, events } = await openServer(evilEntry('noisy', ['noise', 'flood-stdout=500']), { clock });
    upstream.send(initialize(1));
    await events.result(1);
    expect(events.frames).toHaveLength(1);
    const noise = () => events.logs.filter(({ source }) => source === 'stdout-noise').map(({ text }) => text);
    expect(noise()).toEqual(['ignored on stdout, no MCP message (1 so far): Starting up...']);
    clock.advance(1_000);
    expect(noise()).toHaveLength(2);
    expect(noise()[1]).toContain('(512 so far)');
  });

  test('a batch of answers is taken apart', async () => {
    const { upstream, events } = await openServer(evilEntry('batch', []));
    upstream.send(request(5, 'test/batch'));
    expect(await events.result(5)).toEqual({});
  });

  test.each([
    ['in lines', `${'e'.repeat(99)}\n`, 640_000],
    ['in one line without an end', 'e'.repeat(100), 1],
    ['in empty lines', '\n', 0],
  ])(
    'SUP-12, STD-03: 64 MB on stderr %s: memory stays flat, calls are answered, the log is kept',
    async (_shape, text, lines) => {
      const args = [FLOODED_HOST, join(tempDir(), 'run'), EVIL_STDIO, 'flood-stderr=64', `flood-text=${text}`];
      const { stdout } = await promisify(execFile)(process.execPath, args, { maxBuffer: 16 * 1024 * 1024 });
      const report = JSON.parse(stdout) as FloodReport;
      expect(report.rise).toBeLessThan(20 * 1024 * 1024);
      expect(report.answer).toMatchObject({ tools: [{ name: 'echo' }] });
      expect(report.lines).toBe(lines);
      expect(report.seqs).toEqual(report.seqs.map((_seq, i) => lines - report.seqs.length + 1 + i));
      if (lines < 2) return;
      expect(report.texts).toEqual([text.trimEnd()]);
      expect(report.seqs.length * text.length).toBeGreaterThan(LOG_RING_BYTES * 0.8);
    },
  );

  test('a stderr line is cut at 8 KiB and known secrets are taken out', async () => {
    const text = `key is s3cret-value-1\n${'x'.repeat(20_000)}\n`;
    const { events } = await openServer(evilEntry('talker', [`stderr-text=${text}`]), {
      secretValues: ['s3cret-value-1'],
    });
    await until(() => events.logs.length === 2, 'both lines are there');
    expect(events.logs.map(({ text }) => text)).toEqual(['key is [redacted]', `${'x'.repeat(8192)} [11808 bytes cut]`]);
  });

  test('SUP-14: a server that never reads gets 256 requests, then SERVER_BUSY', async () => {
    const { upstream, events } = await openServer(evilEntry('deaf', ['deaf']));
    const codes = Array.from({ length: 10_000 }, (_, id) => {
      try {
        upstream.send(request(id, 'tools/call', { text: 'x'.repeat(1_000) }));
        return 'sent';
      } catch {
        return 'refused';
      }
    });
    expect(codes.filter((code) => code === 'sent')).toHaveLength(256);
    expect(thrown(() => upstream.send(request(1, 'ping'))).code).toBe('SERVER_BUSY');
    await upstream.close();
    expect(events.failures).toHaveLength(256);
    const sent = events.failures.map(({ error }) => error.data['sent']);
    expect(sent[0]).toBe(true);
    expect(sent.at(-1)).toBe(false);
  });

  test('SUP-14: 64 MiB wait at most, whatever their kind', async () => {
    const { upstream } = await openServer(evilEntry('deaf', ['deaf']));
    const note = frameOf({
      jsonrpc: '2.0',
      method: 'notifications/big',
      params: { text: 'x'.repeat(16 * 1024 * 1024) },
    });
    let taken = 0;
    expect(
      thrown(() => {
        for (;;) {
          upstream.send(note);
          taken += 1;
        }
      }).code,
    ).toBe('SERVER_BUSY');
    expect(taken).toBe(3);
  });

  test('a refusal for want of room is followed by word of room: after an answer, a cancellation, and a read', async () => {
    const { upstream, events } = await openServer(evilEntry('deaf-at-first', []));
    const big = frameOf({ jsonrpc: '2.0', method: 'n', params: { text: 'x'.repeat(16 * 1024 * 1024) } });
    const cancel = (requestId: number) =>
      frameOf({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId } });
    const fill = (from: number) => {
      for (let id = from; ; id++) upstream.send(request(id, 'tools/list'));
    };
    expect(thrown(() => fill(0)).code).toBe('SERVER_BUSY');
    expect(events.drains).toBe(0);
    upstream.send(cancel(200));
    await Promise.resolve();
    expect(events.drains).toBe(1);
    upstream.send(request(999, 'tools/list'));
    expect(thrown(() => fill(1_000)).code).toBe('SERVER_BUSY');
    await until(() => events.drains === 2, 'an answer has made room');
    await events.result(999);
    expect(
      thrown(() => {
        for (;;) upstream.send(big);
      }).code,
    ).toBe('SERVER_BUSY');
    await until(() => events.drains === 3, 'the server has read');
    upstream.send(big);
  });

  test('a cancelled request waits no more', async () => {
    const { upstream, events } = await openServer(evilEntry('silent', ['silent']));
    upstream.send(request(1, 'tools/call'));
    upstream.send(request(2, 'tools/call'));
    upstream.send(frameOf({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 1 } }));
    await upstream.close();
    expect(events.failures.map(({ id }) => id)).toEqual(['2']);
  });

  test('nothing is told after onClosed, and closing twice is one end', async () => {
    const { upstream, events } = await openServer(evilEntry('one', []));
    await Promise.all([upstream.close(), upstream.close()]);
    upstream.send(request(1, 'ping'));
    expect(events.closed).toHaveLength(1);
    expect(events.failures).toEqual([]);
  });

  test('a paused server is not read until it is resumed; its stderr always is', async () => {
    const { upstream, events } = await openServer(evilEntry('one', []));
    upstream.pause();
    upstream.send(request(1, 'test/answer-then-log'));
    await until(() => events.logs.length > 0, 'the line after the answer is there');
    expect(events.frames).toEqual([]);
    upstream.resume();
    expect(await events.result(1)).toEqual({});
  });

  test('the last answer of a paused server that ended is not lost', async () => {
    const { upstream, events } = await openServer(evilEntry('one', []));
    upstream.pause();
    // More than one read takes, and less than the pipe surely holds: the server must be able to end while nobody reads.
    upstream.send(request(1, 'test/last-words', { length: 100_000 }));
    await until(() => events.closed.length > 0, 'the exit is told');
    expect(events.frames.map(({ id }) => id)).toEqual(['1']);
  });

  test('variables that load code are passed and told', async () => {
    const { upstream, events } = await openServer(evilEntry('loader', [], { env: { NODE_OPTIONS: '--no-warnings' } }));
    upstream.send(request(1, 'test/env'));
    expect(await events.result(1)).toMatchObject({ env: { NODE_OPTIONS: '--no-warnings' } });
    expect(events.logs).toEqual([
      { source: 'portolan', text: 'The entry sets NODE_OPTIONS, which makes programs load code.' },
    ]);
  });
});
