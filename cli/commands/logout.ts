// `portolan logout [IDENTITY | SERVER | --all]`: forgets tokens here and revokes them where that is offered.
import type { Command } from 'commander';
import type { HostClient } from '../../host/control-client.ts';
import { PortolanError } from '../../shared/errors.ts';
import { define, host } from '../command.ts';
import { printJson, printLine } from '../output.ts';
import { type Target, targetOf, targetWords } from '../sign-in-target.ts';

const REVOKED = {
  yes: 'Its tokens were revoked.',
  later: 'Its tokens are revoked as soon as the authorization server answers.',
  'not-offered': 'The authorization server offers no way to revoke tokens; they end by themselves.',
} as const;

export function logoutCommand(program: Command): void {
  const command = program
    .command('logout')
    .argument('[name]', 'identity or server; without it, the only identity that is signed in')
    .description('sign out of a server or an identity')
    .option('--server', 'the name is that of a server')
    .option('--identity', 'the name is that of an identity')
    .option('--all', 'every identity and server that is signed in');
  define<[string | undefined]>(command, async (options, name) => {
    if (options['all'] === true && name !== undefined)
      throw new PortolanError('INPUT_INVALID', 'a name and --all exclude each other', {
        hint: 'Leave one of them out.',
      });
    const client = await host();
    const targets =
      options['all'] === true
        ? await signedIn(client)
        : [name === undefined ? await onlyIdentity(client) : await targetOf(client, name, options)];
    const signedOut = [];
    for (const target of targets) signedOut.push(await signOut(client, target));
    if (options.json === true) return printJson({ signedOut });
    if (signedOut.length === 0) printLine('Nobody is signed in anywhere.');
    for (const { url, revoked, ...target } of signedOut) {
      printLine(`Signed out of ${targetWords(target)}. ${REVOKED[revoked]}`);
      if (url !== undefined) printLine(`  To end the session at the provider too, open ${url}`);
    }
  });
}

type SignedOut = Target & { readonly revoked: keyof typeof REVOKED; readonly url?: string };

async function signOut(client: Pick<HostClient, 'identities' | 'signIns'>, target: Target): Promise<SignedOut> {
  if ('server' in target)
    return { ...target, revoked: (await client.signIns.signOut({ name: target.server })).revoked };
  const { revoked, url } = await client.identities.signOut({ name: target.identity });
  return { ...target, revoked, ...(url === undefined ? {} : { url }) };
}

async function signedIn(client: Pick<HostClient, 'identities' | 'signIns'>): Promise<Target[]> {
  const [servers, identities] = await Promise.all([client.signIns.servers(), client.identities.list()]);
  return [
    ...servers
      .filter(({ state, way }) => (state === 'signed-in' || state === 'ends-soon') && way !== 'header')
      .map(({ server }) => ({ server })),
    ...identities.filter(isSignedIn).map(({ name }) => ({ identity: name })),
  ];
}

async function onlyIdentity(client: Pick<HostClient, 'identities'>): Promise<Target> {
  const [only, ...more] = (await client.identities.list()).filter(isSignedIn);
  if (only !== undefined && more.length === 0) return { identity: only.name };
  throw new PortolanError(
    'INPUT_INVALID',
    only === undefined ? 'no identity is signed in' : 'several identities are signed in',
    { hint: 'Name the server or the identity, or add --all.' },
  );
}

function isSignedIn({ state }: { readonly state: string }): boolean {
  return state === 'signed-in' || state === 'ends-soon';
}
