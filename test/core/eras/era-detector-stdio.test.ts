// Era detection of real processes. (MCP 2026-07-28, stdio, "Backward Compatibility")
import { describe, expect, test } from 'vitest';
import { type Frame, frameOf } from '../../../core/connections/frame.ts';
import { PortolanError } from '../../../shared/errors.ts';
import { EraRig } from '../../support/era-rig.ts';
import { Recorder, request } from '../../support/stdio-server.ts';
import { until } from '../../support/until.ts';

const detect = async (rig: EraRig, server: string, session = 's1') => rig.detector.detect(server, session);

describe('PRX-14: what a process shows itself to be', () => {
  test.each<[string, string, boolean]>([
    ['ERA-01 modern', 'modern', true],
    ['ERA-01 dual-era', 'dual', true],
    ['ERA-04 header mismatch', 'header-mismatch', false],
    ['ERA-04 missing capability', 'missing-capability', false],
    ['ERA-04 unsupported version, naming ours', 'modern-version', false],
  ])('%s: the probing process is used on, and never gets an initialize', async (_name, kind, isDiscovered) => {
    const rig = new EraRig();
    rig.addStdio(kind);
    const { era, discovered, opened } = await detect(rig, kind);
    expect([era, discovered?.serverInfo?.name]).toEqual(['modern', isDiscovered ? kind : undefined]);
    const events = new Recorder();
    opened?.redirect(events);
    opened?.upstream.send(request(1, 'tools/list'));
    expect(await events.result(1)).toMatchObject({ method: 'tools/list' });
    expect(rig.received()).toEqual([
      [rig.pids[0], 'server/discover'],
      [rig.pids[0], 'tools/list'],
    ]);
    expect(events.frames).toHaveLength(1);
  });

  test.each([
    ['ERA-02 ERA-03 unknown method', 'unknown-method'],
    ['ERA-02 ERA-03 invalid params', 'invalid-params'],
    ['ERA-02 ERA-03 an error of its own', 'own-error'],
    ['ERA-02 ERA-03 an error without id', 'nameless'],
    ['ERA-03 another result', 'odd-result'],
    ['ERA-03 silence', 'silent'],
    ['ERA-03 garbage', 'garbage'],
    ['ERA-08 exit', 'exit'],
    ['ERA-08 closed output', 'ends-output'],
    ['ERA-13 unsupported version, naming legacy ones', 'legacy-version'],
    ['ERA-13 discovers legacy versions only', 'discovers-legacy'],
  ])('%s: legacy, and the process has ended before the next one gets initialize', async (_name, kind) => {
    const rig = new EraRig();
    rig.addStdio(kind);
    const found = detect(rig, kind);
    await until(() => rig.opened.length === 1 && rig.clock.waiting === 1, 'the probe is under way');
    // What does not answer at once is waited for; the others are not in a hurry either.
    if (['silent', 'garbage', 'nameless'].includes(kind)) {
      await until(() => readAll(rig).length === 1, 'the probe was read');
      rig.clock.advance(5_000);
    }
    expect(await found).toEqual({ era: 'legacy' });
    expect(rig.living).toEqual([]);
    expect(rig.clock.waiting).toBe(0);
    const events = new Recorder();
    const upstream = await rig.open(kind, 's1', events, 'legacy');
    upstream.send(request(1, 'initialize'));
    expect(await events.result(1)).toMatchObject({ protocolVersion: '2025-11-25' });
    expect(rig.received().map(([pid, method]) => [rig.pids.indexOf(pid), method])).toEqual([
      [0, 'server/discover'],
      [1, 'initialize'],
    ]);
  });

  test.each(['discovers-future', 'future-version'])('%s: no version is common, and nothing is stored', async (kind) => {
    const rig = new EraRig();
    const entry = rig.addStdio(kind);
    await expect(detect(rig, kind)).rejects.toMatchObject({ code: 'UNSUPPORTED', data: { supported: '2099-01-01' } });
    expect(rig.store.get(entry, rig.clock.now())).toBeUndefined();
    expect(rig.living).toEqual([]);
  });
});

function readAll(rig: EraRig): unknown[] {
  try {
    return rig.received();
  } catch {
    return [];
  }
}

describe('the time of a probe', () => {
  test.each([
    ['5 seconds', {}, 5_000],
    ['the start timeout, when that is less', { timeouts: { startMs: 700 } }, 700],
    ['5 seconds, when the start timeout is more', { timeouts: { startMs: 60_000 } }, 5_000],
  ])('it ends after %s', async (_name, options, ms) => {
    const rig = new EraRig();
    rig.addStdio('silent', options);
    let done = false;
    const found = detect(rig, 'silent').finally(() => (done = true));
    await until(() => readAll(rig).length === 1, 'the probe was read');
    rig.clock.advance(ms - 1);
    await new Promise((resolve) => setImmediate(resolve));
    expect(done).toBe(false);
    rig.clock.advance(1);
    expect(await found).toEqual({ era: 'legacy' });
  });
});

describe('the connection that is handed on', () => {
  test('what came meanwhile is told first, the end included', async () => {
    const rig = new EraRig();
    rig.addStdio('modern');
    const { opened } = await detect(rig, 'modern');
    opened?.upstream.send(request(1, 'a'));
    await until(() => rig.received().length === 2, 'the request was read');
    await opened?.upstream.close();
    const events = new Recorder();
    opened?.redirect(events);
    expect(events.closed).toHaveLength(1);
    expect(events.frames.length + events.failures.length).toBe(1);
  });

  test('BAS-01 BAS-10 BAS-11: the question is a whole modern request', async () => {
    const rig = new EraRig();
    rig.addStdio('modern');
    const sent: Frame[] = [];
    const open = rig.open.bind(rig);
    rig.open = async (server, session, events, era) => {
      const upstream = await open(server, session, events, era);
      expect(era).toBe('modern');
      return { ...upstream, pid: upstream.pid, send: (frame) => (sent.push(frame), upstream.send(frame)) };
    };
    await detect(rig, 'modern');
    expect(sent.map(({ message }) => message)).toEqual([
      {
        jsonrpc: '2.0',
        id: expect.stringMatching(/^portolan-/),
        method: 'server/discover',
        params: {
          _meta: {
            'io.modelcontextprotocol/protocolVersion': '2026-07-28',
            'io.modelcontextprotocol/clientInfo': { name: 'Portolan', version: expect.any(String) },
            'io.modelcontextprotocol/clientCapabilities': {
              extensions: { 'io.modelcontextprotocol/enterprise-managed-authorization': {} },
            },
          },
        },
      },
    ]);
    expect(frameOf(sent[0]?.message ?? {}).kind).toBe('request');
  });
});

describe('verdicts', () => {
  test('ERA-07: each session asks its own process, and a verdict spares the question', async () => {
    const rig = new EraRig();
    rig.addStdio('modern');
    const [one, two] = await Promise.all([detect(rig, 'modern', 's1'), detect(rig, 'modern', 's2')]);
    expect(new Set([one.opened?.upstream.pid, two.opened?.upstream.pid]).size).toBe(2);
    expect(rig.opened.map(({ sessionId }) => sessionId)).toEqual(['s1', 's2']);
    const later = await detect(rig, 'modern', 's3');
    expect([later.era, later.opened, later.discovered?.serverInfo?.name]).toEqual(['modern', undefined, 'modern']);
    expect(rig.opened).toHaveLength(2);
    expect(rig.log).toEqual(Array(2).fill('modern: The server speaks the modern protocol.'));
  });

  test('CAC-04: what a server said of itself is used again only as long as it allowed; the verdict stays', async () => {
    const rig = new EraRig();
    rig.addStdio('dual');
    await detect(rig, 'dual');
    rig.clock.advance(59_999);
    expect((await detect(rig, 'dual')).discovered).toBeDefined();
    rig.clock.advance(1);
    expect(await detect(rig, 'dual')).toEqual({ era: 'modern' });
    rig.clock.advance(400 * 86_400_000);
    expect(await detect(rig, 'dual')).toEqual({ era: 'modern' });
  });

  test('ERA-10: a legacy verdict holds for a day', async () => {
    const rig = new EraRig();
    rig.addStdio('unknown-method');
    await detect(rig, 'unknown-method');
    rig.clock.advance(86_399_999);
    await detect(rig, 'unknown-method');
    expect(rig.opened).toHaveLength(1);
    rig.clock.advance(1);
    await detect(rig, 'unknown-method');
    expect(rig.opened).toHaveLength(2);
  });

  test('ERA-07: a contradicted verdict is forgotten', async () => {
    const rig = new EraRig();
    rig.addStdio('modern');
    await detect(rig, 'modern');
    rig.detector.contradict('modern');
    await detect(rig, 'modern');
    expect(rig.opened).toHaveLength(2);
  });

  test('an entry that changes is asked again', async () => {
    const rig = new EraRig();
    const entry = rig.addStdio('modern');
    await detect(rig, 'modern');
    if (entry.endpoint.type !== 'stdio') throw new Error('no command');
    rig.add({ ...entry, endpoint: { ...entry.endpoint, env: { A: '1' } } });
    await detect(rig, 'modern');
    rig.add({ ...entry, endpoint: { ...entry.endpoint, env: { A: '1' } }, options: { ...entry.options, title: 'x' } });
    await detect(rig, 'modern');
    expect(rig.opened).toHaveLength(2);
  });

  test.each(['legacy', 'modern'] as const)('an entry that says %s is believed', async (protocolEra) => {
    const rig = new EraRig();
    rig.addStdio('exit', { protocolEra });
    expect(await detect(rig, 'exit')).toEqual({ era: protocolEra });
    expect(rig.opened).toEqual([]);
  });

  test('a server that is not in the catalog', async () => {
    await expect(detect(new EraRig(), 'nobody')).rejects.toMatchObject({ code: 'SERVER_NOT_FOUND' });
  });

  test('a process that cannot be started is no verdict', async () => {
    const rig = new EraRig();
    const entry = rig.addStdio('modern');
    if (entry.endpoint.type !== 'stdio') throw new Error('no command');
    const broken = rig.add({ ...entry, endpoint: { ...entry.endpoint, command: '/no/such/program' } });
    await expect(detect(rig, 'modern')).rejects.toBeInstanceOf(PortolanError);
    expect(rig.store.get(broken, rig.clock.now())).toBeUndefined();
  });
});
