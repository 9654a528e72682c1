// Who a server says it is, in whichever generation it says so. For display and the log only. (MCP, Lifecycle, Implementation)
import { objectOf, textOf } from '../base/json-object.ts';
import type { HandshakeInfo } from './status-board.ts';

/** Name, version and title of a parsed `serverInfo`; undefined when it has no name or no version. */
export function serverInfoOf(value: unknown): HandshakeInfo['serverInfo'] {
  const info = objectOf(value);
  const [name, version, title] = [textOf(info?.['name']), textOf(info?.['version']), textOf(info?.['title'])];
  if (name === undefined || version === undefined) return undefined;
  return { name, version, ...(title !== undefined && { title }) };
}
