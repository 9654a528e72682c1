// What the built Portolan tells a person of tasks: by the desktop's notification service over a real session bus, where
// presses come back, or not at all where there is none.
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { AuditSummary } from '../../shared/model/audit-record.ts';
import type { Task } from '../../shared/model/task.ts';
import { launchDesktop } from '../support/desktop.ts';
import { modernRequest } from '../support/http-client.ts';
import { startNotificationDaemon } from '../support/notification-daemon.ts';
import { Portolan } from '../support/portolan.ts';
import { ShimProcess } from '../support/shim-process.ts';
import { TaskHttpServer } from '../support/task-http-server.ts';
import { tempDir } from '../support/temp-dir.ts';
import { until } from '../support/until.ts';

const EXTENSION = { extensions: { 'io.modelcontextprotocol/tasks': {} } };

async function callTool(portolan: Portolan, server: string, tool: string, args: object): Promise<void> {
  const shim = new ShimProcess(portolan, server);
  const capabilities = { 'io.modelcontextprotocol/clientCapabilities': EXTENSION };
  shim.send(modernRequest(1, 'tools/call', { name: tool, arguments: args }, capabilities).body);
  expect(await shim.answer(1)).toMatchObject({ result: { resultType: 'task' } });
  shim.child.stdin.end();
}

async function recordsOf(portolan: Portolan): Promise<AuditSummary[]> {
  const { records } = await portolan.json<{ records: AuditSummary[] }>('audit', 'list', '--limit', '200');
  return records.filter(({ kind }) => kind.startsWith('notice.')).reverse();
}

/** A browser that notes the address it is given. */
function notingBrowser(): { program: string; opened: () => string } {
  const notes = join(tempDir(), 'opened');
  const program = join(tempDir(), 'browser');
  writeFileSync(program, `#!/bin/sh\nprintf '%s' "$1" > '${notes}.part' && mv '${notes}.part' '${notes}'\n`);
  chmodSync(program, 0o755);
  return { program, opened: () => (existsSync(notes) ? readFileSync(notes, 'utf8') : '') };
}

test('the desktop is told exactly what happens, and what is pressed there is done', async () => {
  const daemon = await startNotificationDaemon();
  const browser = notingBrowser();
  const portolan = new Portolan({ BROWSER: browser.program });
  const server = await TaskHttpServer.start({ pollMs: 100 });
  await portolan.json('add', 'remote', '--url', server.url);

  await callTool(portolan, 'remote', 'confirm_delete', { filename: 'EXAMPLE.txt' });
  const [asks] = await until(async () => (daemon.shown.length > 0 ? daemon.shown : undefined), 'a person is asked');
  expect(asks).toMatchObject({
    app: 'Portolan',
    title: 'remote needs your answer',
    body: expect.stringMatching(/^confirm_delete is waiting[^<]*\.$/) as string,
    actions: ['default', 'Open', 'answer', 'Answer', 'cancel', 'Cancel task'],
  });
  const [task] = (await portolan.json<{ tasks: Task[] }>('tasks')).tasks;
  daemon.press(asks?.number ?? 0, 'answer');
  const page = encodeURIComponent(`/tasks/${task?.id}`);
  await until(() => browser.opened().endsWith(`&page=${page}`), 'the page of the task is opened');
  expect(browser.opened()).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/#code=[\w-]+&page=/);

  daemon.press(asks?.number ?? 0, 'cancel');
  await until(() => [...server.book.tasks.values()].some(({ status }) => status === 'cancelled'), 'it is cancelled');
  await until(() => daemon.closed.includes(asks?.number ?? 0), 'nobody is asked any more');

  await callTool(portolan, 'remote', 'held', { key: 'a' });
  server.book.release('a');
  await until(() => daemon.shown.length > 1, 'the end is told');
  expect(daemon.shown[1]).toMatchObject({
    title: 'held finished',
    body: expect.stringMatching(/^remote, after \d+ s\. The result is kept\.$/) as string,
    actions: ['default', 'Open', 'open', 'Open'],
  });
  const records = await until(async () => {
    const found = await recordsOf(portolan);
    return found.length > 1 ? found : undefined;
  }, 'both are in the log');
  expect(records).toMatchObject([
    { kind: 'notice.shown', server: 'remote', tool: 'confirm_delete', what: 'remote needs your answer' },
    { kind: 'notice.shown', server: 'remote', tool: 'held', what: 'held finished' },
  ]);
  // Another host over the same data tells nothing again.
  await portolan.run(['host', 'stop']);
  await portolan.json('tasks');
  await callTool(portolan, 'remote', 'held', { key: 'b' });
  server.book.release('b');
  await until(() => daemon.shown.length > 2, 'the next end is told');
  expect(daemon.shown.slice(2)).toMatchObject([{ title: 'held finished' }]);
});

test('where nothing shows notices that is in the log once, and tasks go on', async () => {
  const portolan = new Portolan({ DBUS_SESSION_BUS_ADDRESS: `unix:path=${tempDir()}/no-bus` });
  const server = await TaskHttpServer.start({ pollMs: 100 });
  for (const name of ['one', 'two', 'three']) {
    await portolan.json('add', name, '--url', server.url);
    await callTool(portolan, name, 'held', { key: name });
    server.book.release(name);
  }
  await until(async () => (await recordsOf(portolan)).length > 0, 'the failure is in the log');
  const { tasks } = await portolan.json<{ tasks: Task[] }>('tasks');
  for (const { id } of tasks) {
    expect((await portolan.run(['tasks', 'wait', id, '--timeout', '60'])).stdout).toContain('let go');
  }
  expect(await recordsOf(portolan)).toMatchObject([{ kind: 'notice.failed', outcome: 'error' }]);
});

test('while the desktop shell runs it shows the same, and the notification service nothing', async () => {
  const daemon = await startNotificationDaemon();
  const portolan = new Portolan();
  const server = await TaskHttpServer.start({ pollMs: 100 });
  await portolan.json('add', 'remote', '--url', server.url);
  const { record, page, press } = await launchDesktop(portolan);
  await page.locator('h1').first().waitFor();
  await callTool(portolan, 'remote', 'confirm_delete', { filename: 'EXAMPLE.txt' });
  const [asks] = await until(() => (record().notifications.length > 0 ? record().notifications : undefined), 'it asks');
  expect(asks).toEqual({
    title: 'remote needs your answer',
    body: expect.stringMatching(/^confirm_delete is waiting/) as string,
    actions: [
      { type: 'button', text: 'Answer' },
      { type: 'button', text: 'Cancel task' },
    ],
  });
  const [task] = (await portolan.json<{ tasks: Task[] }>('tasks')).tasks;
  const visited: string[] = [];
  page.on('framenavigated', (frame) => visited.push(frame.url()));
  press('remote needs your answer');
  await until(() => visited.some((url) => url.endsWith(`#/tasks/${task?.id}`)), 'the window goes to the task');
  press('remote needs your answer', 1);
  await until(() => [...server.book.tasks.values()].some(({ status }) => status === 'cancelled'), 'it is cancelled');
  await until(() => record().notificationsClosed.length > 0, 'nobody is asked any more');
  expect(daemon.shown).toEqual([]);
});
