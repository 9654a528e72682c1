// Everything the window, a browser tab or the command line can ask the host, by domain.
import { audit } from './audit.ts';
import { calls } from './calls.ts';
import { catalog } from './catalog.ts';
import { clients } from './clients.ts';
import { questions } from './questions.ts';
import { profiles } from './profiles.ts';
import { gateway } from './gateway.ts';
import { secrets } from './secrets.ts';
import { servers } from './servers.ts';
import { system } from './system.ts';
import { tools } from './tools.ts';

export const contract = {
  catalog,
  profiles,
  clients,
  servers,
  tools,
  calls,
  audit,
  gateway,
  questions,
  secrets,
  system,
};

export type Contract = typeof contract;
