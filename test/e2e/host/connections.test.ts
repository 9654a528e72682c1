// The live picture of a real host: a real client, a real server process, and what stopping and ending do to them.
import { describe, expect, it } from 'vitest';
import { createClient } from '../../../host/control-client.ts';
import { BUILT_HOST, killHostAfterTest, socketOf, spawnHost } from '../../support/host-process.ts';
import { connectShim, newSessionId } from '../../support/shim-client.ts';
import { ECHO } from '../../support/shim-process.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { until } from '../../support/until.ts';

describe('the connections of a host', () => {
  it('shows who reaches what with memory and age, stops a process of its own only, and ends a session', async () => {
    const home = tempDir();
    killHostAfterTest(home);
    const host = spawnHost(home, BUILT_HOST);
    const socket = await socketOf(home);
    const client = createClient(socket);
    const [command, ...args] = ECHO;
    await client.catalog.add({ name: 'echo', endpoint: { type: 'stdio', command, args, env: {} } });
    expect(await client.connections.matrix()).toEqual({
      clients: [],
      servers: [{ name: 'echo', era: 'unknown', calls24h: 0 }],
      cells: [],
    });
    const session = newSessionId();
    const shim = await connectShim(socket, { server: 'echo', sessionId: session });
    const ask = async (id: number, method: string, params: object): Promise<void> => {
      shim.socket.write(`${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`);
      await until(() => shim.received().includes(`"id":${id}`), `request ${id} is answered`);
    };
    const clientInfo = { name: 'The client', version: '1' };
    await ask(101, 'initialize', { protocolVersion: '2025-11-25', capabilities: {}, clientInfo });
    shim.socket.write(`${JSON.stringify({ jsonrpc: '2.0', method: 'notifications/initialized' })}\n`);
    await ask(102, 'tools/call', { name: 'echo', arguments: {} });
    const matrix = await until(async () => {
      const now = await client.connections.matrix();
      return now.cells[0]?.calls24h === 1 ? now : undefined;
    }, 'the call is in the matrix');
    expect(matrix.clients).toMatchObject([{ name: 'The client', live: 1 }]);
    expect(matrix.cells).toMatchObject([{ server: 'echo', client: 'The client', state: 'live', sessions: 1 }]);
    expect(matrix.cells[0]?.medianMs).toBeGreaterThanOrEqual(0);

    const [root] = await client.connections.processes();
    expect(root).toMatchObject({ server: 'echo', parentPid: host.pid, usedBy: ['The client'] });
    expect(root?.rssBytes).toBeGreaterThan(1_000_000);
    await expect(client.connections.stopProcess({ pid: process.pid })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await client.connections.stopProcess({ pid: root?.pid ?? 0 });
    expect(await client.connections.processes()).toEqual([]);
    await ask(103, 'tools/call', { name: 'echo', arguments: {} });
    const [again] = await client.connections.processes();
    expect(again?.pid).not.toBe(root?.pid);

    await client.connections.endSession({ session });
    expect(await client.servers.sessions()).toEqual([]);
    await until(async () => (await client.connections.processes()).length === 0, 'its process is gone');
    await expect(client.connections.endSession({ session })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});
