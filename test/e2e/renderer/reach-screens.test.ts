// The screens on who reaches what: connections, a pair, a session's messages, questions, profiles, the gateway.
import type { Page } from 'playwright-core';
import { describe } from 'vitest';
import { formQuestion, largeMatrix, urlQuestion } from '../../support/fake-reach.ts';
import type { FakeWorld } from '../../support/fake-world.ts';
import { type Screen, screenTests } from '../../support/screens.ts';

const press = (name: string) => async (page: Page) => page.getByRole('button', { name, exact: true }).first().click();

function ask(world: FakeWorld): void {
  world.setQuestions([formQuestion(world.now), urlQuestion(world.now)]);
}

async function fillIn(page: Page): Promise<void> {
  await page.getByLabel('replicas').fill('2');
  await page.getByRole('combobox', { name: 'region' }).click();
  await page.getByRole('option', { name: 'eu-west' }).click();
}

const SCREENS: readonly Screen[] = [
  { name: 'connections', hash: '/connections', ready: 'pg-mcp', before: ask },
  {
    name: 'connections-calm',
    hash: '/connections',
    ready: 'postgres-prod',
    before: (world) => {
      const calm = world.snapshot.servers.filter(({ state }) => state === 'ready');
      world.entries = world.entries.filter(({ name }) => calm.some((server) => server.name === name));
      world.snapshot = { ...world.snapshot, servers: calm };
    },
  },
  { name: 'connections-empty', hash: '/connections', empty: true, ready: 'Find servers' },
  {
    name: 'connections-no-client',
    hash: '/connections',
    ready: 'Choose clients',
    before: (world) => {
      world.matrix = largeMatrix(world.now, 0, world.snapshot.servers);
      world.processes = [];
    },
  },
  {
    name: 'connections-many',
    hash: '/connections',
    ready: 'Client 3',
    before: (world) => {
      world.matrix = largeMatrix(world.now, 20, world.snapshot.servers);
    },
  },
  {
    name: 'process-stop',
    hash: '/connections',
    ready: 'postgres-prod',
    act: async (page) => {
      const fold = page.getByRole('button', { name: 'Show processes' });
      if (await fold.isVisible()) await fold.click();
      await press('Stop postgres-prod, process 7731')(page);
      await page.getByRole('button', { name: 'Stop postgres-prod', exact: true }).waitFor();
    },
  },
  { name: 'pair', hash: '/connections/github/Cursor', ready: 'Show messages' },
  { name: 'session', hash: '/sessions/s1', ready: 'notifications/initialized' },
  {
    name: 'session-empty',
    hash: '/sessions/s1',
    ready: 'No message is kept',
    before: (world) => (world.trace = []),
  },
  { name: 'session-ended', hash: '/sessions/nowhere', ready: 'This session has ended' },
  { name: 'questions', hash: '/questions', ready: 'Where should the preview run', before: ask },
  { name: 'questions-none', hash: '/questions', ready: 'No question waits' },
  { name: 'question-form', hash: '/questions/q1', ready: 'Review answer', before: ask },
  {
    name: 'question-problem',
    hash: '/questions/q1',
    ready: 'Review answer',
    before: ask,
    act: async (page) => {
      await fillIn(page);
      await page.getByLabel('replicas').fill('9');
      await press('Review answer')(page);
      await page.getByText('replicas must be 5 or less.').waitFor();
    },
  },
  {
    name: 'question-review',
    hash: '/questions/q1',
    ready: 'Review answer',
    before: ask,
    act: async (page) => {
      await fillIn(page);
      await press('Review answer')(page);
      await page.getByText('This will be sent to github').waitFor();
    },
  },
  {
    name: 'question-credential',
    hash: '/questions/q1',
    ready: 'Never type a password here',
    before: (world) => {
      const question = formQuestion(world.now);
      if (question.mode === 'form') world.setQuestions([{ ...question, suspicious: ['password'] }]);
    },
  },
  { name: 'question-url', hash: '/questions/q2', ready: 'Open in browser', before: ask },
  { name: 'question-over', hash: '/questions/q9', ready: 'This question is over' },
  { name: 'profiles', hash: '/settings/profiles', ready: 'everything' },
  { name: 'profiles-empty', hash: '/settings/profiles', empty: true, ready: 'No profile yet' },
  { name: 'profile', hash: '/settings/profiles/work', ready: 'Offered now' },
  { name: 'profile-new', hash: '/settings/profiles/new', ready: 'No server is chosen yet' },
  { name: 'gateway', hash: '/settings/gateway', ready: 'Open WebUI' },
  { name: 'gateway-off', hash: '/settings/gateway', empty: true, ready: 'No client has a token yet' },
  {
    name: 'gateway-problem',
    hash: '/settings/gateway',
    ready: 'ADDRESS_IN_USE',
    before: (world) => {
      const { url: _, ...gateway } = world.snapshot.gateway;
      world.setGateway({
        ...gateway,
        problem: { code: 'ADDRESS_IN_USE', message: 'Another program listens on port 7425' },
      });
    },
  },
  {
    name: 'gateway-token',
    hash: '/settings/gateway',
    ready: 'Open WebUI',
    act: async (page) => {
      await press('Add client')(page);
      await page.getByLabel('Name').fill('Desk');
      await press('Make token')(page);
      await page.getByText('It is not shown again').waitFor();
    },
  },
];

describe('every screen on who reaches what', () => screenTests(SCREENS));
