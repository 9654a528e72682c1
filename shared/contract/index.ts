// Everything the window, a browser tab or the command line can ask the host, by domain.
import { audit } from './audit.ts';
import { calls } from './calls.ts';
import { catalog } from './catalog.ts';
import { clients } from './clients.ts';
import { connections } from './connections.ts';
import { gateway } from './gateway.ts';
import { identities } from './identities.ts';
import { notices } from './notices.ts';
import { profiles } from './profiles.ts';
import { questions } from './questions.ts';
import { secrets } from './secrets.ts';
import { servers } from './servers.ts';
import { signIns } from './sign-ins.ts';
import { system } from './system.ts';
import { tasks } from './tasks.ts';
import { tools } from './tools.ts';
import { vault } from './vault.ts';

export const contract = {
  catalog,
  clients,
  servers,
  tools,
  calls,
  connections,
  gateway,
  notices,
  profiles,
  questions,
  audit,
  secrets,
  vault,
  identities,
  signIns,
  system,
  tasks,
};

export type Contract = typeof contract;
