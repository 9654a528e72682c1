// Which program runs a package in exactly one version. Only launchers that are known here are used, whatever a description
// hints, and a package without an exact version is refused.
import type { PackageTemplate } from './server-json.ts';

export interface PackageCommand {
  readonly command: string;
  /** Before the arguments of the runtime. */
  readonly first: readonly string[];
  /** The package itself, after the arguments of the runtime. */
  readonly packageWords: readonly string[];
  /** Between the package and its own arguments. */
  readonly separator: readonly string[];
  /** Variables are handed to a container by name. */
  readonly isContainer: boolean;
}

const EXACT = /^v?\d[\w.+-]*$/;
const NPM_NAME = /^(?:@[a-z0-9][\w.~-]*\/)?[a-z0-9][\w.~-]*$/i;
const PLAIN_NAME = /^[a-z0-9](?:[\w.-]*[a-z0-9])?$/i;
const IMAGE = /^[a-z0-9][\w./:-]*[a-z0-9](?::[\w][\w.-]{0,127})?(?:@sha256:[0-9a-f]{64})?$/i;
const HINTS: Readonly<Record<string, readonly string[]>> = {
  npm: ['npx', 'bunx'],
  pypi: ['uvx'],
  oci: ['docker', 'podman'],
  nuget: ['dnx'],
};

/** The command, or half a sentence on why this package cannot be run. */
export function packageCommand(given: PackageTemplate): PackageCommand | { readonly refused: string } {
  const { type, baseUrl, identifier, version, runtimeHint, transport } = given;
  if (transport !== 'stdio') return { refused: 'it starts a web server of its own; add its address instead' };
  const known = HINTS[type];
  if (known === undefined) return { refused: `packages of the kind "${type}" cannot be run` };
  const command = runtimeHint ?? known[0] ?? '';
  if (!known.includes(command))
    return { refused: `its publisher wants it run by "${command}", which is none of ${known.join(', ')}` };
  if (type === 'oci') return imageCommand(command, withHost(identifier, baseUrl), version);
  // Fetched from the launcher's own place, its name could be somebody else's package.
  if (baseUrl !== undefined && !isUsualPlace(baseUrl))
    return { refused: `it comes from another package registry, ${baseUrl}` };
  if (version === undefined || !EXACT.test(version)) return { refused: 'no exact version is named' };
  const isName = (type === 'npm' ? NPM_NAME : PLAIN_NAME).test(identifier);
  if (!isName) return { refused: 'its identifier is no name of a package' };
  const shape = { command, first: [], separator: [], isContainer: false };
  switch (type) {
    case 'npm':
      return { ...shape, first: command === 'npx' ? ['-y'] : [], packageWords: [`${identifier}@${version}`] };
    case 'pypi':
      return { ...shape, packageWords: [`${identifier}==${version}`] };
    default:
      return { ...shape, packageWords: [`${identifier}@${version}`, '--yes'], separator: ['--'] };
  }
}

/** The places from which the launchers fetch by themselves. */
function isUsualPlace(baseUrl: string): boolean {
  const host = URL.canParse(baseUrl) ? new URL(baseUrl).hostname : '';
  return /(?:^|\.)(?:npmjs|pypi|nuget|docker)\.(?:org|io|com)$/.test(host);
}

/** Older descriptions name the host of an image apart from it. */
function withHost(identifier: string, baseUrl: string | undefined): string {
  if (baseUrl === undefined || isUsualPlace(baseUrl) || !URL.canParse(baseUrl)) return identifier;
  const { host } = new URL(baseUrl);
  return identifier.startsWith(`${host}/`) ? identifier : `${host}/${identifier}`;
}

function imageCommand(
  command: string,
  identifier: string,
  version: string | undefined,
): PackageCommand | { refused: string } {
  const isTagged = /:[\w][\w.-]*$|@sha256:/.test(identifier.split('/').at(-1) ?? '');
  const image = isTagged || version === undefined ? identifier : `${identifier}:${version}`;
  if (!IMAGE.test(image)) return { refused: 'its identifier is no name of an image' };
  const last = image.split('/').at(-1) ?? '';
  if (!last.includes('@sha256:') && (!last.includes(':') || last.endsWith(':latest')))
    return { refused: 'no exact version of its image is named' };
  return { command, first: ['run', '-i', '--rm'], packageWords: [image], separator: [], isContainer: true };
}
