// The contract over a real socket: typed answers, typed refusals, resuming streams. Nothing that is sent ends the host.
import { connect, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { isDefinedError } from '@orpc/client';
import * as fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { silentLogger } from '../../core/base/logger.ts';
import { createClient } from '../../host/control-client.ts';
import { requestControl } from '../../host/control-request.ts';
import { openControlSocket } from '../../host/control-socket.ts';
import { EventHub } from '../../host/events.ts';
import { COMMAND_LINE } from '../../host/parts.ts';
import { createRpcHandler } from '../../host/rpc.ts';
import { contract } from '../../shared/contract/index.ts';
import { isErrorCode, PortolanError } from '../../shared/errors.ts';
import { littleParts } from '../support/little-parts.ts';
import { tempDir } from '../support/temp-dir.ts';
import { until } from '../support/until.ts';
import { rigParts } from '../support/web-rig.ts';

async function rig() {
  const socket = join(tempDir(), 'host.sock');
  const core = littleParts();
  const events = new EventHub();
  const errors: string[] = [];
  const logger = { ...silentLogger, error: (msg: string) => void errors.push(msg) };
  const rpc = createRpcHandler({ ...rigParts(core, events), logger }, () => undefined);
  const refuse = async (): Promise<never> => {
    throw new PortolanError('FORBIDDEN', 'not here');
  };
  const control = await openControlSocket({
    path: socket,
    logger,
    handlers: {
      health: () => ({ pid: process.pid, version: '0.0.0', draining: false }),
      rpc: (req, res) => rpc(req, res, { caller: COMMAND_LINE }),
      file: async () => false,
      connect: refuse,
      handOver: () => undefined,
      adopt: () => undefined,
    },
  });
  onTestFinished(() => {
    events.close();
    control.stopListening();
    control.destroyAll();
  });
  return { socket, core, events, errors, client: createClient(socket) };
}

/** A socket in front of another one, whose connections can be cut. */
async function cuttable(target: string): Promise<{ socket: string; cut(): void }> {
  const path = join(tempDir(), 'front.sock');
  const open = new Set<Socket>();
  const server: Server = createServer((front) => {
    const back = connect(target);
    for (const side of [front, back]) {
      open.add(side);
      side.on('error', () => undefined);
      side.on('close', () => open.delete(side));
    }
    front.pipe(back).pipe(front);
  }).listen(path);
  onTestFinished(() => void server.close());
  await until(() => server.listening, 'the front listens');
  return {
    socket: path,
    cut: () => {
      for (const side of open) side.destroy();
    },
  };
}

const procedures = Object.entries(contract).flatMap(([domain, names]) =>
  Object.keys(names).map((name) => `${domain}/${name}`),
);

describe('rpc', () => {
  it('gives an expected failure with its code, message, hint and facts', async () => {
    const { client } = await rig();
    const error = await client.catalog.get({ name: 'nobody' }).then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(error instanceof Error && isDefinedError(error)).toBe(true);
    expect(error).toMatchObject({
      code: 'SERVER_NOT_FOUND',
      status: 404,
      data: { hint: 'See the names with: portolan list' },
    });
  });

  it('names the field of wrong input and never repeats its value', async () => {
    const { client } = await rig();
    const promise = client.catalog.get({ name: 'canary-'.repeat(100) });
    await expect(promise).rejects.toMatchObject({
      code: 'INPUT_INVALID',
      status: 400,
      message: expect.stringMatching(/^name: /),
    });
    await expect(promise).rejects.not.toMatchObject({ message: expect.stringContaining('canary') });
  });

  it('logs an unexpected failure and tells nothing of it', async () => {
    const { client, core, errors } = await rig();
    Object.assign(core.connections, {
      list: () => {
        throw new TypeError('password hunter2 in /home/me');
      },
    });
    await expect(client.servers.list()).rejects.toMatchObject({ code: 'INTERNAL' });
    await expect(client.servers.list()).rejects.not.toMatchObject({ message: expect.stringContaining('hunter2') });
    expect(errors).toContain('a procedure failed');
  });

  it('streams a call’s progress and its end, and cancels it when the reader leaves', async () => {
    const { client, core } = await rig();
    const seen: unknown[] = [];
    for await (const event of await client.calls.call({ server: 'echo', tool: 't', arguments: { a: 1 } }))
      seen.push(event);
    expect(seen).toMatchObject([{ kind: 'progress' }, { kind: 'done', result: { tool: 't', args: { a: 1 } } }]);
    const call = await client.calls.call({ server: 'slow', tool: 't' });
    await call.next();
    expect(core.gateway.inFlight()).toBe(1);
    await call.return?.();
    await until(() => core.gateway.inFlight() === 0, 'the call is cancelled');
  });

  it('asks the keychain only when someone asks for the secrets', async () => {
    const { client } = await rig();
    expect((await client.system.snapshot()).vault.state).toBe('not-probed');
    expect((await client.secrets.list()).vault.state).toBe('unlocked');
    expect((await client.system.snapshot()).vault.state).toBe('unlocked');
  });

  it('stores secrets before the entry that names them, and records both without the value', async () => {
    const { client, core } = await rig();
    const endpoint = {
      type: 'streamable-http' as const,
      url: 'https://x.test/',
      headers: { Authorization: '${secret:KEY}' },
    };
    await client.catalog.add({ name: 'remote', endpoint, secrets: { KEY: 'canary-value' } });
    expect(core.recorded.map(({ kind, what, outcome }) => [kind, what, outcome])).toEqual([
      ['secret.changed', 'set KEY', 'allowed'],
      ['catalog.changed', 'added remote', 'allowed'],
    ]);
    expect(JSON.stringify(core.recorded)).not.toContain('canary-value');
    expect((await client.secrets.list()).secrets).toMatchObject([{ name: 'KEY', usedBy: ['remote'] }]);
  });

  it('ends what was opened with a secret when it gets another value or is removed', async () => {
    const { client, core } = await rig();
    const headers = { Authorization: '${secret:KEY}' };
    const endpoint = { type: 'streamable-http' as const, url: 'https://x.test/', headers };
    await client.catalog.add({ name: 'remote', endpoint, secrets: { KEY: 'first' } });
    expect(core.closedServers).toEqual([]);
    await client.catalog.update({ name: 'remote', endpoint, secrets: { KEY: 'second' } });
    await client.secrets.set({ name: 'KEY', value: 'third' });
    await client.secrets.remove({ name: 'KEY' });
    expect(core.closedServers).toEqual(['remote', 'remote', 'remote']);
  });

  it('changes nothing when the audit log cannot be written', async () => {
    const { client, core } = await rig();
    Object.assign(core.audit, { state: () => ({ records: 0, writable: false }) });
    await expect(client.catalog.remove({ name: 'echo' })).rejects.toMatchObject({ code: 'AUDIT_NOT_WRITABLE' });
    expect(core.catalog.get('echo')).toBeDefined();
  });

  it('changes only the settings that are named', async () => {
    const { client } = await rig();
    await client.system.setSettings({ idleExitMinutes: 3 });
    expect(await client.system.setSettings({ firstRunDone: true })).toMatchObject({
      idleExitMinutes: 3,
      firstRunDone: true,
    });
  });

  it('resumes the event stream over two cuts without a gap or a duplicate', async () => {
    const { socket, events } = await rig();
    const front = await cuttable(socket);
    const client = createClient(front.socket);
    const stream = await client.system.events(undefined, {
      context: { retry: Number.POSITIVE_INFINITY, retryDelay: 5 },
    });
    const names: string[] = [];
    const reading = (async () => {
      for await (const event of stream) {
        if (event.type === 'servers') names.push(...event.removed);
        if (names.length === 9) return;
      }
    })();
    const publish = (from: number, to: number) => {
      for (let n = from; n <= to; n += 1) events.publish({ type: 'servers', servers: [], removed: [String(n)] });
    };
    await until(() => events.readers === 1, 'the stream is open');
    publish(1, 3);
    await until(() => names.length === 3, 'the first three arrived');
    front.cut();
    publish(4, 6);
    await until(() => names.length === 6, 'the next three arrived');
    front.cut();
    publish(7, 9);
    await reading;
    expect(names).toEqual(['1', '2', '3', '4', '5', '6', '7', '8', '9']);
  });

  it.each(procedures)('GW-20 %s answers 1,000 arbitrary values with an answer or a typed refusal', async (path) => {
    const { socket, errors } = await rig();
    const inputs = fc.sample(fc.oneof(fc.jsonValue(), fc.record({ name: fc.jsonValue(), id: fc.jsonValue() })), 1_000);
    const ask = async (json: unknown) => {
      const answer = await firstBytes(socket, path, JSON.stringify({ json }));
      if (answer.status >= 200 && answer.status < 300) return;
      const error = (JSON.parse(answer.body) as { json: { code: string; defined: boolean } }).json;
      const given = JSON.stringify(json);
      expect([given, isErrorCode(error.code), error.defined]).toEqual([given, true, true]);
      expect([given, error.code]).not.toEqual([given, 'INTERNAL']);
    };
    for (let index = 0; index < inputs.length; index += 50) await Promise.all(inputs.slice(index, index + 50).map(ask));
    expect(errors).toEqual([]);
  });

  it('GW-20 answers bodies that are not of its protocol, and lives on', async () => {
    const { socket, client } = await rig();
    for (const body of [
      '',
      '{',
      'null',
      '[]',
      '{"json":{"a":1},"meta":[[5,"a"]]}',
      '{"json":1,"meta":[[99,"__proto__"]]}',
      '\0',
      '{"meta":{}}',
      '{"json":{},"meta":[[1]]}',
    ]) {
      const { status } = await requestControl(socket, 'POST', '/rpc/catalog/get', body);
      expect([body, status >= 400 && status < 600]).toEqual([body, true]);
    }
    expect(await client.system.status()).toMatchObject({ version: '0.0.0' });
  });
});

/** Status and body of an answer; of an event stream only the head, so that an endless one ends. */
async function firstBytes(socket: string, path: string, body: string): Promise<{ status: number; body: string }> {
  const done = Promise.withResolvers<{ status: number; body: string }>();
  let text = '';
  const client = connect(socket);
  client.on('data', (chunk: Buffer) => {
    text += chunk.toString('utf8');
    const end = text.indexOf('\r\n\r\n');
    if (end < 0) return;
    const status = Number(text.split(' ', 2)[1]);
    if (/content-type: text\/event-stream/i.test(text.slice(0, end))) client.destroy();
    if (status < 300 || client.destroyed) done.resolve({ status, body: '' });
  });
  client.on('close', () => {
    const status = Number(text.split(' ', 2)[1]);
    const json = /\{.*\}/s.exec(text.slice(text.indexOf('\r\n\r\n')))?.[0] ?? '';
    done.resolve({ status, body: json });
  });
  client.on('error', done.reject);
  client.write(
    `POST /rpc/${path} HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
  const answer = await done.promise;
  client.destroy();
  return answer;
}
