// The tasks of the window: every screen in both themes and widths, and a walk through them by keyboard alone.
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { startFakeHost } from '../../support/fake-host.ts';
import { fakeTask, fakeTasks } from '../../support/fake-tasks.ts';
import type { FakeWorld } from '../../support/fake-world.ts';
import { type Screen, screenTests } from '../../support/screens.ts';
import { launchBrowser, openWindow } from '../../support/window.ts';

function fill(world: FakeWorld): void {
  world.snapshot = { ...world.snapshot, tasks: fakeTasks(world.now) };
}

const SCREENS: readonly Screen[] = [
  { name: 'tasks', hash: '/tasks', ready: 'deploy_preview', before: fill },
  { name: 'tasks-empty', hash: '/tasks', ready: 'Calls that take long appear here' },
  { name: 'task-asks', hash: '/tasks/asks', ready: 'Task created', before: fill },
  {
    name: 'task-kept',
    hash: '/tasks/kept',
    ready: 'Crash in <script>',
    before: fill,
    act: async (page) => page.locator('.steps li').first().waitFor(),
  },
  { name: 'task-expired', hash: '/tasks/expired', ready: 'Expired at the server before', before: fill },
];

describe('every screen on tasks', () => screenTests(SCREENS));

describe('tasks by keyboard alone', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser.close());

  it('is walked from the badge through an answer to a cancel that came too late, and each end is announced', async () => {
    const host = await startFakeHost();
    onTestFinished(() => host.close());
    const { world } = host;
    fill(world);
    const { page, faults, close } = await openWindow(browser, host.url);
    onTestFinished(close);
    const { keyboard } = page;
    const focused = () => page.evaluate(() => document.activeElement?.textContent ?? '');
    const said = page.locator('[role="status"][aria-live="polite"]');
    await page.getByRole('link', { name: /^Tasks 1 waiting for your answer$/ }).waitFor();

    await keyboard.press('Control+3');
    await expect.poll(focused).toBe('Tasks');
    await keyboard.press('j');
    await expect.poll(focused).toContain('deploy_preview');
    await page.getByText('github asks for your answer').first().waitFor();

    // Both questions, one after the other; each is reviewed before it is sent.
    await page.getByRole('combobox', { name: 'region' }).focus();
    const highlighted = page.locator('[role="option"][data-combobox-selected]');
    await keyboard.press('ArrowDown');
    await page.getByRole('option', { name: 'eu-west' }).waitFor();
    if ((await highlighted.count()) === 0) await keyboard.press('ArrowDown');
    await highlighted.filter({ hasText: 'eu-west' }).waitFor();
    await keyboard.press('Enter');
    await expect.poll(() => page.getByRole('combobox', { name: 'region' }).inputValue()).toBe('eu-west');
    await page.getByRole('button', { name: 'Review answer' }).first().focus();
    await keyboard.press('Enter');
    await page.getByRole('button', { name: 'Send answer' }).focus();
    await keyboard.press('Enter');
    await page.getByText('1 of 1').waitFor();
    await page.getByRole('button', { name: 'Decline' }).focus();
    await keyboard.press('Enter');
    await expect.poll(() => page.getByText('github asks for your answer').count()).toBe(0);
    expect(world.received).toEqual([
      {
        procedure: 'tasks.answer',
        input: { id: 'asks', answers: { where: { action: 'accept', content: { region: 'eu-west' } } } },
      },
      { procedure: 'tasks.answer', input: { id: 'asks', answers: { sure: { action: 'decline' } } } },
    ]);

    // Cancelling is asked once more, on the safe button; the server finished all the same, and that is what is shown.
    await page.locator('[data-task="asks"]').focus();
    await keyboard.press('c');
    await expect.poll(focused).toBe('Keep it');
    await keyboard.press('Tab');
    await keyboard.press('Enter');
    await page.getByText('It finished before the cancel arrived.').first().waitFor();
    expect(world.received.at(-1)).toEqual({ procedure: 'tasks.cancel', input: { id: 'asks' } });
    await keyboard.press('Escape');
    await page.getByRole('region', { name: 'Task', exact: true }).waitFor({ state: 'detached' });

    world.setTask(fakeTask(world.now, 'works', { end: 'restarted' }));
    await expect
      .poll(() => said.textContent(), { timeout: 20_000 })
      .toBe('A task of github has ended: Gone with its process');
    expect(faults).toEqual([]);
  });

  it('a tool whose server makes tasks can be run as one, and others cannot', async () => {
    const host = await startFakeHost();
    onTestFinished(() => host.close());
    fill(host.world);
    host.world.tools = host.world.tools.map((tool) =>
      tool.name === 'slow_job' ? { ...tool, execution: { taskSupport: 'optional' } } : tool,
    );
    const { page, close } = await openWindow(browser, host.url);
    onTestFinished(close);
    await page.goto(`${host.origin}/#/servers/github/tools`);
    await page.getByRole('button', { name: 'Call tool' }).waitFor();
    expect(await page.getByLabel('Run as a task').count()).toBe(0);
    await page.getByText('slow_job').first().click();
    await page.getByLabel('Run as a task').check({ force: true });
    await page.getByRole('button', { name: 'Call tool' }).click();
    await page.getByRole('link', { name: 'Open task' }).click();
    await page.getByRole('region', { name: 'Task', exact: true }).waitFor();
    expect(host.world.received).toMatchObject([{ procedure: 'calls.call', input: { tool: 'slow_job', asTask: true } }]);
  });

  it('a list of a thousand tasks holds only the rows in view', async () => {
    const host = await startFakeHost();
    onTestFinished(() => host.close());
    const { world } = host;
    world.snapshot = {
      ...world.snapshot,
      tasks: Array.from({ length: 1000 }, (_, at) => fakeTask(world.now, `t${at}`, { tool: `tool_${at}` })),
    };
    const { page, close } = await openWindow(browser, host.url);
    onTestFinished(close);
    await page.goto(`${host.origin}/#/tasks`);
    await page.getByText('tool_0', { exact: true }).waitFor();
    expect(await page.locator('[data-task]').count()).toBeLessThan(60);
    await page.getByRole('searchbox', { name: 'Filter tasks' }).fill('tool_999');
    await page.getByText('tool_999', { exact: true }).waitFor();
    expect(await page.locator('[data-task]').count()).toBe(1);
  });
});
