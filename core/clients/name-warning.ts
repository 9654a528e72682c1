// Names that Portolan takes and a client does not.
import { isUnsafeName, portableName } from './server-names.ts';

/** Whether the reader has nothing to say about `name` yet, so that the client's own rule is worth a warning. */
export function isPlainName(name: string): boolean {
  return !isUnsafeName(name) && portableName(name) === name;
}
