// `portolan identities [list|add|show|remove]`: the OpenID providers at which a person signs in once for many servers.
import type { Command } from 'commander';
import { PortolanError } from '../../shared/errors.ts';
import type { IdentityStatus } from '../../shared/model/identity.ts';
import { define, defineGroup, host } from '../command.ts';
import { printFacts, printJson, printLine, printTable } from '../output.ts';
import { readSecret } from '../read-secret.ts';
import { wholeNumber } from '../whole-number.ts';

const STATES: Readonly<Record<IdentityStatus['state'], string>> = {
  'signed-out': 'not signed in',
  'signing-in': 'signing in',
  'signed-in': 'signed in',
  'ends-soon': 'ends soon',
  ended: 'ended',
  failed: 'failed',
};

export function identitiesCommand(program: Command): void {
  const group = defineGroup(program, 'identities', 'sign-ins at OpenID providers, each for many servers');
  define(group.command('list', { isDefault: true }).description('every identity and its state'), async (options) => {
    const identities = await (await host()).identities.list();
    if (options.json === true) return printJson({ identities });
    if (identities.length === 0)
      return printLine('No identity yet. "portolan identities add NAME --issuer URL --client-id ID" makes one.');
    printTable(
      ['NAME', 'STATE', 'ENDS', 'PERSON', 'UNLOCKS'],
      identities.map(({ name, state, endsAt, person, unlocks }) => [
        name,
        STATES[state],
        endsAt ?? '-',
        person?.email ?? person?.name ?? person?.subject ?? '-',
        unlocks.join(', ') || '-',
      ]),
    );
  });
  define<[string]>(
    group
      .command('add')
      .argument('<name>')
      .description('add an identity; the issuer and client id come from your organisation')
      .requiredOption('--issuer <url>', 'the OpenID provider')
      .requiredOption('--client-id <id>', 'the id that the provider gave for Portolan')
      .option('--title <text>', 'name for people')
      .option('--scope <scope>', 'a right to ask for, repeatable; openid profile email offline_access', collect)
      .option('--secret', 'ask for the client secret, or read it from stdin')
      .option('--device', 'sign in with a code on another device')
      .option('--redirect-port <n>', 'port of the redirect address', wholeNumber('--redirect-port', 1, 65_535)),
    async (options, name) => {
      const identity = {
        name,
        issuer: options['issuer'] as string,
        clientId: options['clientId'] as string,
        ...(typeof options['title'] === 'string' && { title: options['title'] }),
        ...(Array.isArray(options['scope']) && { scopes: options['scope'] as string[] }),
        ...(options['device'] === true && { way: 'device' as const }),
        ...(typeof options['redirectPort'] === 'number' && { redirectPort: options['redirectPort'] }),
      };
      const secret = options['secret'] === true ? await clientSecret(name) : {};
      const status = await (await host()).identities.add({ identity, ...secret });
      if (options.json === true) printJson(status);
      else printLine(`Added ${name}. Sign in with: portolan login ${name}`);
    },
  );
  define<[string]>(group.command('show').argument('<name>').description('one identity'), async (options, name) => {
    const found = (await (await host()).identities.list()).find((identity) => identity.name === name);
    if (found === undefined)
      throw new PortolanError('IDENTITY_NOT_FOUND', `there is no identity named ${JSON.stringify(name)}`, {
        hint: 'See the names with: portolan identities',
      });
    if (options.json === true) printJson(found);
    else show(found);
  });
  define<[string]>(
    group.command('remove').alias('rm').argument('<name>').description('sign out and remove an identity'),
    async (options, name) => {
      await (await host()).identities.remove({ name });
      if (options.json === true) printJson({ removed: name });
      else printLine(`Removed ${name}, signed out.`);
    },
  );
}

function show(identity: IdentityStatus): void {
  const { person, reason } = identity;
  printFacts([
    ['name', identity.name],
    ['title', identity.title],
    ['issuer', identity.issuer],
    ['client id', identity.clientId],
    ['rights', identity.scopes.join(' ')],
    ['set by', identity.source === 'managed' ? 'your organisation' : 'you'],
    ['state', STATES[identity.state]],
    ['reason', reason && `${reason.message} (${reason.code})`],
    ['person', [person?.name, person?.email, person?.subject].filter((part) => part !== undefined).join(', ')],
    ['signed in', identity.signedInAt],
    ['ends', identity.endsAt],
    ['renews', identity.renews ? 'by itself, while the provider allows' : 'no'],
    ['unlocks', identity.unlocks.join(', ')],
  ]);
  for (const { server, reason: said } of identity.refused) printLine(`refused  ${server}: "${said}"`);
}

async function clientSecret(name: string): Promise<{ clientSecretValue: string }> {
  const clientSecretValue = await readSecret(`Client secret of ${name} (not shown): `);
  if (clientSecretValue !== '') return { clientSecretValue };
  throw new PortolanError('INPUT_INVALID', 'the client secret is empty, so nothing was added', {
    hint: `Type it when asked, or pipe it in: portolan identities add ${name} … --secret < FILE`,
  });
}

function collect(scope: string, others: string[] = []): string[] {
  return [...others, scope];
}
