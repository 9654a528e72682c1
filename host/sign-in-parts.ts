// Stands in for the parts that sign in: nobody is signed in anywhere, and nothing can be.
import { PortolanError } from '../shared/errors.ts';
import type { IdentitiesPort, SignInsPort } from './sign-in-ports.ts';

const refuse = (): never => {
  throw new PortolanError('UNSUPPORTED', 'this Portolan cannot sign in yet');
};

const identities: IdentitiesPort = {
  list: () => [],
  add: refuse,
  update: refuse,
  remove: refuse,
  signOut: refuse,
  takeIdToken: refuse,
};

const signIns: SignInsPort = {
  list: () => [],
  start: refuse,
  follow: refuse,
  cancel: refuse,
  servers: () => [],
  server: refuse,
  signOut: refuse,
};

export const signInParts = { identities, signIns };
