// The ways in which a described server can be used, each with its form, and the endpoint that a filled-in form makes. Pure.
import { PortolanError } from '../../shared/errors.ts';
import type { InstallInput, InstallOption } from '../../shared/model/registry.ts';
import type { Endpoint } from '../../shared/model/server-entry.ts';
import { type Answers, argumentQuestions, questionsOf, textOfInput, wordsOfArgument } from './install-answers.ts';
import { packageCommand } from './package-command.ts';
import type { InputTemplate, PackageTemplate, RemoteTemplate, ServerTemplate } from './server-json.ts';

const REFERENCE = /\$\{(?:secret|env|input):[^{}]*\}/g;
const REMOTE_TYPES: Readonly<Record<string, 'streamable-http' | 'sse'>> = {
  'streamable-http': 'streamable-http',
  streamable: 'streamable-http',
  http: 'streamable-http',
  sse: 'sse',
};

/** A bundle is a package too: what runs it stands in its own manifest. */
export interface BundleTemplate {
  /** The program and its words, before the package's own arguments; `{name}` of `inputs` may stand in them. */
  readonly command: InputTemplate;
  readonly words: readonly InputTemplate[];
  readonly environment: readonly InputTemplate[];
}

/** All packages and addresses, usable ones or not, in the order of the description. */
export function optionsOf(server: ServerTemplate): InstallOption[] {
  return [
    ...server.packages.map((one, index) => packageOption(`package:${index}`, one)),
    ...server.remotes.map((one, index) => remoteOption(`remote:${index}`, one)),
  ];
}

/** The option with the questions that its bundle asks. */
export function bundleOption(option: InstallOption, given: PackageTemplate, bundle: BundleTemplate): InstallOption {
  return { ...option, inputs: distinct([...bundleQuestions(bundle), ...ownQuestions(given)]) };
}

/**
 * The endpoint of one option with the answers in it.
 * @param answers texts by question; for a secret the reference to it
 * @throws PortolanError NOT_FOUND (no such option), UNSUPPORTED (it cannot be used), INPUT_INVALID naming the question
 */
export function endpointOf(
  server: ServerTemplate,
  option: string,
  answers: Answers,
  bundle?: BundleTemplate,
): Endpoint {
  const [kind, index] = option.split(':');
  const place = Number(index);
  const remote = kind === 'remote' ? server.remotes[place] : undefined;
  if (remote !== undefined) return withoutForeignReferences(remoteEndpoint(remote, answers), answers);
  const found = kind === 'package' ? server.packages[place] : undefined;
  if (found === undefined) throw new PortolanError('NOT_FOUND', `${server.name} has no ${option}.`);
  const endpoint = bundle === undefined ? packageEndpoint(found, answers) : bundleEndpoint(found, bundle, answers);
  return withoutForeignReferences(endpoint, answers);
}

function packageOption(id: string, given: PackageTemplate): InstallOption {
  const { type, identifier, version, fileSha256 } = given;
  const option = {
    id,
    kind: 'package',
    type,
    what: version === undefined ? identifier : `${identifier} ${version}`,
  } as const;
  if (type === 'mcpb') {
    if (given.transport !== 'stdio') return { ...option, refused: 'it starts a web server of its own', inputs: [] };
    if (fileSha256 === undefined || !/^[0-9a-f]{64}$/i.test(fileSha256))
      return { ...option, refused: 'its file has no SHA-256 to check it against', inputs: [] };
    const download = { url: identifier, sha256: fileSha256.toLowerCase() };
    return { ...option, download, inputs: ownQuestions(given) };
  }
  const command = packageCommand(given);
  if ('refused' in command) return { ...option, refused: command.refused, inputs: [] };
  const runtime = given.runtimeArguments.flatMap((one, index) => argumentQuestions(`runtime.${index}`, one));
  return { ...option, inputs: distinct([...runtime, ...ownQuestions(given)]) };
}

function ownQuestions(given: PackageTemplate): InstallInput[] {
  return [
    ...given.packageArguments.flatMap((one, index) => argumentQuestions(`package.${index}`, one)),
    ...given.environment.flatMap((one) => questionsOf(`env.${one.name}`, 'env', one)),
  ];
}

function bundleQuestions({ command, words, environment }: BundleTemplate): InstallInput[] {
  return [command, ...words, ...environment].flatMap((one) => questionsOf('setting', 'setting', one));
}

function remoteOption(id: string, remote: RemoteTemplate): InstallOption {
  const option = { id, kind: 'remote', type: remote.type, what: remote.url } as const;
  if (REMOTE_TYPES[remote.type] === undefined)
    return { ...option, refused: `addresses of the kind "${remote.type}" cannot be used`, inputs: [] };
  const inputs = [
    ...questionsOf('url', 'url', urlInput(remote)),
    ...remote.headers.flatMap((one) => questionsOf(`header.${one.name}`, 'header', one)),
  ];
  return { ...option, inputs: distinct(inputs) };
}

function remoteEndpoint(remote: RemoteTemplate, answers: Answers): Endpoint {
  const type = REMOTE_TYPES[remote.type];
  if (type === undefined) throw unusable(`addresses of the kind "${remote.type}" cannot be used`);
  const url = textOfInput('url', urlInput(remote), answers) ?? '';
  return { type, url, headers: valuesOf('header', remote.headers, answers) };
}

function packageEndpoint(given: PackageTemplate, answers: Answers): Endpoint {
  const shape = packageCommand(given);
  if ('refused' in shape) throw unusable(shape.refused);
  const runtime = given.runtimeArguments.flatMap((one, index) => wordsOfArgument(`runtime.${index}`, one, answers));
  const own = given.packageArguments.flatMap((one, index) => wordsOfArgument(`package.${index}`, one, answers));
  const env = valuesOf('env', given.environment, answers);
  const handed = shape.isContainer ? Object.keys(env).flatMap((name) => ['-e', name]) : [];
  const first = shape.first.filter((word) => !runtime.includes(word));
  const separator = own.length > 0 ? shape.separator : [];
  const args = [...first, ...runtime, ...handed, ...shape.packageWords, ...separator, ...own];
  return { type: 'stdio', command: shape.command, args, env };
}

function bundleEndpoint(given: PackageTemplate, bundle: BundleTemplate, answers: Answers): Endpoint {
  const command = textOfInput('setting', bundle.command, answers) ?? '';
  const words = bundle.words.flatMap((one) => textOfInput('setting', one, answers) ?? []);
  const own = given.packageArguments.flatMap((one, index) => wordsOfArgument(`package.${index}`, one, answers));
  const inner = Object.fromEntries(
    bundle.environment.flatMap((one) => {
      const value = textOfInput('setting', one, answers);
      return value === undefined ? [] : [[one.name, value]];
    }),
  );
  return {
    type: 'stdio',
    command,
    args: [...words, ...own],
    env: { ...inner, ...valuesOf('env', given.environment, answers) },
  };
}

function valuesOf(where: 'env' | 'header', inputs: readonly InputTemplate[], answers: Answers): Record<string, string> {
  const pairs = inputs.flatMap((one) => {
    const value = textOfInput(`${where}.${one.name}`, one, answers);
    if (value === undefined) return [];
    const isName = where === 'env' ? /^[A-Za-z_][\w.-]*$/.test(one.name) : /^[\w!#$%&'*+.^`|~-]+$/.test(one.name);
    if (!isName || one.name === '__proto__')
      throw unusable(`"${one.name.slice(0, 80)}" is no name for a ${where === 'env' ? 'variable' : 'header'}`);
    return [[one.name, value] as const];
  });
  return Object.fromEntries(pairs);
}

function urlInput({ url, variables }: RemoteTemplate): InputTemplate {
  const none = { description: undefined, default: undefined, placeholder: undefined, choices: undefined };
  return { ...none, name: 'url', isRequired: true, isSecret: false, format: 'string', value: url, variables };
}

/**
 * A reference in an endpoint leads to a secret or variable of this person's. Only an answer may bring one in; a stranger's
 * description that names one would have it sent to the stranger.
 */
function withoutForeignReferences(endpoint: Endpoint, answers: Answers): Endpoint {
  const own = new Set(Object.values(answers).flatMap((answer) => answer.match(REFERENCE) ?? []));
  const foreign = JSON.stringify(endpoint)
    .match(REFERENCE)
    ?.find((reference) => !own.has(reference));
  if (foreign === undefined) return endpoint;
  throw unusable('its description asks for a secret or variable of this computer by name');
}

function distinct(inputs: readonly InstallInput[]): InstallInput[] {
  return [...new Map(inputs.map((input) => [input.id, input])).values()];
}

function unusable(why: string): PortolanError {
  return new PortolanError('UNSUPPORTED', `It cannot be used: ${why}.`, { hint: 'Choose another package or address.' });
}
