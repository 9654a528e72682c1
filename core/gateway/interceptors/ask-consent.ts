// Holds what a client of the HTTP gateway wants of a server that is signed in as a person, until that person has allowed this
// client that server. Programs that are started on this computer carry no such name: nothing is held for them.
import { PortolanError } from '../../../shared/errors.ts';
import { DISCOVER, LISTEN } from '../../connections/era.ts';
import { INITIALIZE } from '../handshake.ts';
import type { Interceptor } from '../interceptor.ts';

/** May this client of the HTTP gateway, by its name there, use this server? Asked for every request: it must be quick. */
export type MayUse = (gatewayClient: string, server: string) => boolean;

/** Tell what a server offers, not what the person has there. Whatever is not named here is held. */
const PASSING: ReadonlySet<string> = new Set([
  INITIALIZE,
  'ping',
  DISCOVER,
  LISTEN,
  'logging/setLevel',
  'tools/list',
  'prompts/list',
  'resources/list',
  'resources/templates/list',
]);

/** Refuses with APPROVAL_NEEDED. (MCP 2025-11-25, Security Best Practices, Confused Deputy) */
export function askConsent(mayUse: MayUse): Interceptor {
  return {
    name: 'ask-consent',
    before({ method, session: { caller, server } }) {
      const { gatewayClient } = caller;
      if (gatewayClient === undefined || PASSING.has(method) || mayUse(gatewayClient, server)) return undefined;
      throw consentNeeded(gatewayClient, server);
    },
  };
}

function consentNeeded(client: string, server: string): PortolanError {
  // What a person may paste into a shell holds nothing that a shell would read.
  const argument = /^[\w .-]+$/.test(client) ? `"${client}"` : 'CLIENT';
  return new PortolanError(
    'APPROVAL_NEEDED',
    `${server} is signed in as a person who has not allowed it to ${client}.`,
    {
      hint: `Allow it in Portolan, Settings, Gateway, or with: portolan gateway allow ${argument} ${server}`,
      data: { server },
    },
  );
}
