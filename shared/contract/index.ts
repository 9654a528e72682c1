// Everything the window, a browser tab or the command line can ask the host, by domain.
import { audit } from './audit.ts';
import { calls } from './calls.ts';
import { catalog } from './catalog.ts';
import { clients } from './clients.ts';
import { connections } from './connections.ts';
import { gateway } from './gateway.ts';
import { identities } from './identities.ts';
import { inputs } from './inputs.ts';
import { links } from './links.ts';
import { portable } from './portable.ts';
import { notices } from './notices.ts';
import { profiles } from './profiles.ts';
import { questions } from './questions.ts';
import { registry } from './registry.ts';
import { secrets } from './secrets.ts';
import { servers } from './servers.ts';
import { signIns } from './sign-ins.ts';
import { system } from './system.ts';
import { tasks } from './tasks.ts';
import { tools } from './tools.ts';
import { vault } from './vault.ts';

/** By name of its parts: written out it would be longer than the compiler writes into a declaration. */
export type Contract = {
  readonly catalog: typeof catalog;
  readonly clients: typeof clients;
  readonly servers: typeof servers;
  readonly tools: typeof tools;
  readonly calls: typeof calls;
  readonly connections: typeof connections;
  readonly gateway: typeof gateway;
  readonly inputs: typeof inputs;
  readonly links: typeof links;
  readonly portable: typeof portable;
  readonly notices: typeof notices;
  readonly profiles: typeof profiles;
  readonly questions: typeof questions;
  readonly registry: typeof registry;
  readonly audit: typeof audit;
  readonly secrets: typeof secrets;
  readonly vault: typeof vault;
  readonly identities: typeof identities;
  readonly signIns: typeof signIns;
  readonly system: typeof system;
  readonly tasks: typeof tasks;
};

export const contract: Contract = {
  catalog,
  clients,
  servers,
  tools,
  calls,
  connections,
  gateway,
  inputs,
  links,
  portable,
  notices,
  profiles,
  questions,
  registry,
  audit,
  secrets,
  vault,
  identities,
  signIns,
  system,
  tasks,
};
