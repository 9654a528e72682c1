// The screens on links and inputs: a review in every state, the box to paste into, and what servers ask for.
import type { Page } from 'playwright-core';
import { describe } from 'vitest';
import { catalogInputSchema, type InputStatus } from '../../../shared/model/catalog-input.ts';
import type { LinkReview } from '../../../shared/model/link-review.ts';
import { entryOf } from '../../support/open-catalog.ts';
import { type Screen, screenTests } from '../../support/screens.ts';

const KEY: InputStatus = {
  ...catalogInputSchema.parse({ id: 'tracker-key', secret: true, description: 'Key of your account at the tracker' }),
  defined: true,
  hasValue: false,
  usedBy: ['tracker'],
};
const REGION: InputStatus = {
  ...catalogInputSchema.parse({ id: 'region', kind: 'choice', choices: ['eu', 'us'], default: 'eu' }),
  defined: true,
  hasValue: true,
  value: 'us',
  usedBy: ['tracker'],
};
const ADD: LinkReview = {
  id: '1',
  kind: 'add',
  servers: [
    entryOf('notes', {
      command: 'npx',
      args: ['-y', 'notes-mcp@1.2.0', '--path\u202E', ' '],
      env: { KEY: '${input:tracker-key}' },
    }),
    entryOf(
      'tracker',
      { type: 'streamable-http', url: 'https://tracker.example.com/mcp', headers: { 'X-Key': '${input:tracker-key}' } },
      { auth: { clientId: 'portolan', scopes: ['issues:read'] } },
    ),
  ],
  plan: {
    planId: '1',
    rows: [
      { key: 'server:notes', kind: 'server', name: 'notes', action: 'add', choices: [], fields: [] },
      {
        key: 'server:tracker',
        kind: 'server',
        name: 'tracker',
        action: 'clash',
        choices: ['keep', 'replace', 'rename'],
        renamed: 'tracker-2',
        fields: [],
      },
      {
        key: 'server:odd',
        kind: 'server',
        name: 'odd',
        action: 'refuse',
        choices: [],
        fields: [],
        reason: 'it names a secret of your keychain',
      },
      { key: 'input:tracker-key', kind: 'input', name: 'tracker-key', action: 'add', choices: [], fields: [] },
    ],
    inputs: [KEY],
  },
};
const SIGN_IN: LinkReview = {
  id: '2',
  kind: 'sign-in',
  identity: {
    issuer: 'https://id.example.com',
    clientId: 'portolan-app',
    name: 'work',
    title: 'Work',
    scopes: ['openid'],
  },
};

const SCREENS: readonly Screen[] = [
  {
    name: 'review-add',
    hash: '/review/1',
    ready: 'You have another server of this name',
    before: (world) => void (world.review = ADD),
  },
  {
    name: 'review-clash',
    hash: '/review/1',
    ready: 'You have another server of this name',
    before: (world) => void (world.review = ADD),
    act: async (page: Page) => page.getByText('Add beside mine').click(),
  },
  {
    name: 'review-sign-in',
    hash: '/review/2',
    ready: 'A link proposes this.',
    before: (world) => void (world.review = SIGN_IN),
  },
  {
    name: 'review-refused',
    hash: '/review/3',
    ready: 'The link cannot be used.',
    before: (world) => void (world.review = { id: '3', kind: 'refused', reason: 'It says one thing twice.' }),
  },
  { name: 'review-ended', hash: '/review/4', ready: 'This review has ended.' },
  {
    name: 'review-waiting',
    hash: '/servers',
    ready: 'A link waits for your review.',
    before: (world) => void (world.review = ADD),
  },
  {
    name: 'settings-inputs',
    hash: '/settings/inputs',
    ready: 'tracker-key',
    before: (world) => void (world.inputs = [KEY, REGION]),
  },
  { name: 'settings-inputs-none', hash: '/settings/inputs', ready: 'No server asks for anything.' },
];

describe('links and inputs', () => screenTests(SCREENS));
