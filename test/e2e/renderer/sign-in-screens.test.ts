// The screens on signing in: the queue in every state, identities, their form, how one server is signed in.
import type { Page } from 'playwright-core';
import { describe } from 'vitest';
import { type Screen, screenTests } from '../../support/screens.ts';
import { deviceSignIn, homographSignIn, mismatchedSignIn } from '../../support/sign-in-data.ts';

const press = (name: string) => async (page: Page) => page.getByRole('button', { name, exact: true }).first().click();

const SCREENS: readonly Screen[] = [
  { name: 'identities', hash: '/identities', ready: 'Waiting for you' },
  { name: 'identities-empty', hash: '/identities', empty: true, ready: 'No identity. Add' },
  {
    name: 'identities-loaded',
    hash: '/identities',
    ready: 'This name can look like another',
    before: ({ signIns, now }) => {
      signIns.put(homographSignIn(now));
      signIns.put(deviceSignIn(now));
    },
  },
  {
    name: 'identities-under-way',
    hash: '/identities',
    ready: 'Waiting for your browser',
    before: ({ signIns }) => void signIns.start({ id: 's1', again: false }),
  },
  {
    name: 'identities-mismatch',
    hash: '/identities',
    ready: 'ISSUER_MISMATCH',
    before: ({ signIns, now }) => {
      signIns.all = [mismatchedSignIn(now)];
      signIns.put(mismatchedSignIn(now));
    },
  },
  {
    name: 'identities-refused',
    hash: '/identities',
    ready: 'Waiting for you',
    act: async (page) => {
      await press('Show reason')(page);
      await page.getByText('Copy details for your administrator').waitFor();
    },
  },
  {
    name: 'identities-locked',
    hash: '/identities',
    ready: 'Unlock the keychain to sign in.',
    before: (world) => world.patch({ vault: { state: 'locked', kind: 'keychain', backend: 'Secret Service' } }),
  },
  {
    name: 'identities-sign-out',
    hash: '/identities',
    ready: 'Waiting for you',
    act: async (page) => {
      await press('Sign out: Acme SSO')(page);
      await page.getByText('Sign out of Acme SSO?').waitFor();
    },
  },
  {
    name: 'identities-goodbye',
    hash: '/identities',
    ready: 'Waiting for you',
    act: async (page) => {
      await press('Sign out: Acme SSO')(page);
      await page.getByRole('dialog').getByRole('button', { name: 'Sign out' }).click();
      await page.getByText('Your browser may still be signed in there.').waitFor();
    },
  },
  { name: 'identities-menu', hash: '/identities', ready: 'Waiting for you', act: press('More for Headquarters') },
  { name: 'identity-add', hash: '/identities/add', ready: 'Client secret' },
  {
    name: 'identity-problems',
    hash: '/identities/add',
    ready: 'Client secret',
    act: async (page) => {
      await page.getByLabel('Name').fill('acme');
      await page.getByLabel('Issuer').fill('http://login.acme.example');
      await press('Save identity')(page);
      await page.getByText('An identity named acme exists.').waitFor();
    },
  },
  { name: 'identity-edit', hash: '/identities/acme/edit', ready: 'Edit Acme SSO' },
  { name: 'identity-managed', hash: '/identities/headquarters/edit', ready: 'Set by your organisation.' },
  { name: 'identity-missing', hash: '/identities/nobody/edit', ready: 'IDENTITY_NOT_FOUND' },
  { name: 'server-sign-in', hash: '/servers/github/sign-in', ready: 'Given by the operator' },
  { name: 'server-sign-in-waiting', hash: '/servers/tickets/sign-in', ready: 'Waiting for you' },
  { name: 'server-sign-in-refused', hash: '/servers/sentry/sign-in', ready: 'This is final.' },
  { name: 'edit-server-sign-in', hash: '/servers/tickets/edit', ready: 'Redirect port' },
  {
    name: 'server-sign-in-unknown',
    hash: '/servers/github/sign-in',
    ready: 'has not been asked yet',
    before: (world) => {
      world.snapshot = { ...world.snapshot, serverSignIns: [] };
    },
  },
];

describe('every screen on signing in', () => screenTests(SCREENS));
