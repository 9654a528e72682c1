// `portolan login [IDENTITY | SERVER]`: signs in to what is named, or to what waits. A browser opens on this command only.
import type { Command } from 'commander';
import type { HostClient } from '../../host/control-client.ts';
import { PortolanError } from '../../shared/errors.ts';
import type { IdentityStatus } from '../../shared/model/identity.ts';
import { define, host, interrupted } from '../command.ts';
import { followSignIn } from '../follow-sign-in.ts';
import { printJson, printLine } from '../output.ts';
import { readSecret } from '../read-secret.ts';
import { type Target, targetOf } from '../sign-in-target.ts';
import { wholeNumber } from '../whole-number.ts';

type Options = Readonly<Record<string, unknown>> & { readonly json?: boolean };
type Chosen = Target | { readonly id: string };

const MAX_TIMEOUT_SECONDS = 86_400;

export function loginCommand(program: Command): void {
  const command = program
    .command('login')
    .argument('[name]', 'identity or server; without it, what waits, oldest first, or the only identity')
    .description('sign in to a server or as an identity')
    .option('--server', 'the name is that of a server')
    .option('--identity', 'the name is that of an identity')
    .option('--device', 'show a code to type on another device')
    .option('--no-open', 'print the address instead of opening a browser')
    .option('--again', 'sign in anew although it is signed in')
    .option('--timeout <seconds>', 'give up after so many seconds', wholeNumber('--timeout', 1, MAX_TIMEOUT_SECONDS))
    .option('--id-token', 'take an ID token of the identity from stdin, as from another machine');
  define<[string | undefined]>(command, async (options, name) => {
    if (options['idToken'] === true) return takeIdToken(options, name);
    const client = await host();
    const chosen = name === undefined ? await whatWaits(client) : [await targetOf(client, name, options)];
    if (chosen.length === 0) {
      if (options.json !== true) printLine('Nothing waits for a sign-in.');
      return 0;
    }
    const late = timeLimit(options['timeout'] as number | undefined);
    const signal = late === undefined ? interrupted() : AbortSignal.any([interrupted(), late]);
    for (const one of chosen) {
      const begun = await client.signIns.start(
        { ...one, again: options['again'] === true, ...(options['device'] === true ? { way: 'device' as const } : {}) },
        { signal },
      );
      const code = await followSignIn(client, begun, {
        json: options.json === true,
        print: options['open'] === false,
        signal,
        isTooLate: () => late?.aborted === true,
      });
      if (code !== 0) return code;
    }
    return 0;
  });
}

/** What waits, oldest first; else the only identity. Throws INPUT_INVALID where one has to be named. */
async function whatWaits(client: Pick<HostClient, 'identities' | 'signIns'>): Promise<Chosen[]> {
  const waiting = (await client.signIns.list()).filter(({ state }) => state === 'waiting' || state === 'failed');
  if (waiting.length > 0) return waiting.map(({ id }) => ({ id }));
  const identities = await client.identities.list();
  const [only] = identities;
  if (only === undefined) return [];
  if (identities.length === 1) return [{ identity: only.name }];
  throw new PortolanError('INPUT_INVALID', 'nothing waits for a sign-in, and there are several identities', {
    hint: `Name one of ${identities.map(({ name }) => name).join(', ')}.`,
  });
}

async function takeIdToken(options: Options, name: string | undefined): Promise<void> {
  if (name === undefined)
    throw new PortolanError('INPUT_INVALID', 'an ID token belongs to an identity', {
      hint: 'portolan login IDENTITY --id-token < FILE',
    });
  const idToken = (await readSecret(`ID token of ${name} (not shown): `)).trim();
  if (idToken === '')
    throw new PortolanError('INPUT_INVALID', 'stdin is empty, so nobody was signed in', {
      hint: `Pipe the token in: portolan login ${name} --id-token < FILE`,
    });
  const status = await (await host()).identities.takeIdToken({ name, idToken });
  if (options.json === true) printJson(status);
  else printLine(`Signed in to ${name}${whoOf(status)}.`);
}

function whoOf({ person }: IdentityStatus): string {
  const who = person?.email ?? person?.name ?? person?.subject;
  return who === undefined ? '' : ` as ${who}`;
}

function timeLimit(seconds: number | undefined): AbortSignal | undefined {
  return seconds === undefined ? undefined : AbortSignal.timeout(seconds * 1000);
}
