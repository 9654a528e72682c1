// Adding a server that a registry or a card describes: which way, its questions, the whole of it, and the person's word.
import type { HostClient } from '../host/control-client.ts';
import { PortolanError } from '../shared/errors.ts';
import type { InstallInput, InstallOption, InstallRequest, InstallReview, Origin } from '../shared/model/registry.ts';
import { confirm } from './confirm.ts';
import { type OutputOptions, printJson, printLine, printNote } from './output.ts';
import { printEndpoint, printRisks } from './print-endpoint.ts';
import { readSecret } from './read-secret.ts';

export type InstallFlags = OutputOptions & Readonly<Record<string, unknown>>;

/** Shows what adding `origin` comes to and does it on the person's word. Returns the exit status. */
export async function install(client: HostClient, origin: Origin, flags: InstallFlags, name?: string): Promise<number> {
  const { options } = await client.registry.show({ origin });
  const { id } = chosenOption(options, flags);
  const option = await client.registry.form({ origin, option: id });
  const values = valuesFrom(flags['set']);
  const request: InstallRequest = {
    origin,
    option: id,
    values,
    secrets: wantedSecrets(option.inputs, values, flags),
    ...(name !== undefined && { name }),
  };
  return review(client, request, flags);
}

/** Shows the whole of `request` and does it on the person's word. Returns the exit status. */
export async function review(client: HostClient, request: InstallRequest, flags: InstallFlags): Promise<number> {
  const shown = await client.registry.review(request);
  if (flags['dryRun'] === true && flags.json === true) {
    printJson(shown);
    return 0;
  }
  if (flags.json !== true) printReview(shown);
  if (flags['dryRun'] === true) return 0;
  const verb = shown.endpoint.type === 'stdio' ? 'run' : 'contact';
  const question = `Let ${shown.name} ${verb} this?`;
  if (flags['yes'] !== true && !(await confirm(question, flags.json === true))) {
    printLine('Nothing was changed.');
    return 1;
  }
  const secrets = await readSecrets(request.secrets);
  const { entry, held } = await client.registry.add({ request, digest: shown.digest, secrets });
  if (flags.json === true) printJson({ entry, held });
  else if (held)
    printLine(
      `Changed ${entry.name}. It is held: look at it again and approve it with "portolan approve ${entry.name}".`,
    );
  else
    printLine(
      `${request.update === undefined ? 'Added' : 'Updated'} ${entry.name}. Next: "portolan tools ${entry.name}" shows its tools.`,
    );
  return 0;
}

function printReview({
  name,
  version,
  versionBefore,
  endpoint,
  before,
  risks,
  secretNames,
  held,
}: InstallReview): void {
  printLine(`${name}, version ${versionBefore === undefined ? version : `${versionBefore} → ${version}`}`);
  printEndpoint(endpoint, before);
  for (const secret of Object.values(secretNames)) printLine(`  secret ${secret} goes to the keychain`);
  printRisks(risks);
  if (held !== undefined) printLine(`! ${held} It is held after the update until you approve it by itself.`);
  printLine();
}

/** The option that the flags name, or the first that can be used. */
function chosenOption(options: readonly InstallOption[], flags: InstallFlags): InstallOption {
  const kind = flags['package'] !== undefined ? 'package' : flags['remote'] !== undefined ? 'remote' : undefined;
  const usable = options.filter(({ refused }) => refused === undefined);
  if (kind === undefined) {
    const [first, ...others] = usable;
    if (first === undefined) throw unusable(options);
    if (others.length > 0 && flags.json !== true)
      printNote(
        `using ${first.type} ${first.what}; others: ${others.map(({ id }) => `--${id.replace(':', ' ')}`).join(', ')}`,
      );
    return first;
  }
  const found = options.find(({ id }) => id === `${kind}:${String(flags[kind])}`);
  if (found === undefined)
    throw new PortolanError('INPUT_INVALID', `there is no ${kind} ${String(flags[kind])}`, {
      hint: 'See them with: portolan registry show NAME',
    });
  if (found.refused !== undefined) throw unusable([found]);
  return found;
}

function unusable(options: readonly InstallOption[]): PortolanError {
  const [first] = options;
  const why = first?.refused === undefined ? 'it names no package and no address' : `${first.what}: ${first.refused}`;
  return new PortolanError('UNSUPPORTED', `this server cannot be added: ${why}`, {
    hint: 'Look for another server or version.',
  });
}

/** `--set ID=VALUE`, several times. */
export function valuesFrom(given: unknown): Record<string, string> {
  const list = Array.isArray(given) ? given.map(String) : [];
  return Object.fromEntries(
    list.map((text) => {
      const at = text.indexOf('=');
      if (at < 1)
        throw new PortolanError('INPUT_INVALID', '--set takes ID=VALUE', {
          hint: 'See the ids with: portolan registry show NAME',
        });
      return [text.slice(0, at), text.slice(at + 1)] as const;
    }),
  );
}

/** Secrets that are needed, and those that `--secret ID` asks for; one with a reference is there already. */
function wantedSecrets(inputs: readonly InstallInput[], values: Record<string, string>, flags: InstallFlags): string[] {
  const asked = Array.isArray(flags['secret']) ? flags['secret'].map(String) : [];
  return inputs
    .filter(({ id, secret, required }) => secret && values[id] === undefined && (required || asked.includes(id)))
    .map(({ id }) => id);
}

/** Typed unseen one after the other, or the lines of stdin. */
async function readSecrets(ids: readonly string[]): Promise<Record<string, string>> {
  if (ids.length === 0) return {};
  if (process.stdin.isTTY) {
    const typed: Record<string, string> = {};
    for (const id of ids) typed[id] = await readSecret(`Value of ${id} (not shown): `);
    return typed;
  }
  const lines = (await readSecret('')).split(/\r?\n/);
  return Object.fromEntries(ids.map((id, index) => [id, lines[index] ?? '']));
}
