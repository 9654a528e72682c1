// Where a server card and the server itself tell different things. A note for a person; nothing is decided by it. Pure.
import type { ServerEntry } from '../../shared/model/server-entry.ts';
import type { ServerTemplate } from './server-json.ts';

/** What a server says of itself in its handshake. */
export interface Reality {
  readonly name: string | undefined;
  readonly version: string | undefined;
  readonly protocolVersion: string | undefined;
}

/** One sentence for each difference. What a server does not say is no difference. */
export function cardDifferences(card: ServerTemplate, { endpoint, options }: ServerEntry, reality: Reality): string[] {
  const found: string[] = [];
  if (options.source?.sha256 !== undefined && options.source.sha256 !== card.sha256)
    found.push('The card is not the one that the entry was made of.');
  const short = card.name.split('/').at(-1);
  if (reality.name !== undefined && ![card.name, card.title, short].includes(reality.name))
    found.push(`The card names it ${card.name}, the server calls itself ${reality.name}.`);
  if (reality.version !== undefined && reality.version !== card.version)
    found.push(`The card says version ${card.version}, the server says ${reality.version}.`);
  const versions = new Set(card.remotes.flatMap((remote) => remote.protocolVersions));
  if (reality.protocolVersion !== undefined && versions.size > 0 && !versions.has(reality.protocolVersion))
    found.push(
      `The card promises the protocol ${[...versions].join(', ')}, the server speaks ${reality.protocolVersion}.`,
    );
  if (endpoint.type !== 'stdio' && !card.remotes.some(({ url }) => fits(url, endpoint.url)))
    found.push('The card names another address than the entry.');
  return found;
}

/** The address could have come of the template: variables stand for anything but a slash. */
function fits(template: string, url: string): boolean {
  const pattern = template
    .split(/\{[\w.-]+\}/)
    .map((part) => part.replaceAll(/[$()*+.?[\\\]^{|}]/g, '\\$&'))
    .join('[^/]*');
  return new RegExp(`^${pattern}$`).test(url);
}
