// Which addresses may be handed to a person's browser: the one rule of the command line, the desktop shell and the window.

/** What of a parsed `URL` the rule looks at. */
export interface ParsedAddress {
  readonly protocol: string;
  readonly hostname: string;
  readonly username: string;
  readonly password: string;
}

const LOOPBACK: readonly string[] = ['127.0.0.1', 'localhost', '[::1]'];

/** True for https, and for http on this computer, without user or password in it. (RFC 8252, 7.3 and 8.12) */
export function isForBrowser({ protocol, hostname, username, password }: ParsedAddress): boolean {
  if (username !== '' || password !== '') return false;
  return protocol === 'https:' || (protocol === 'http:' && LOOPBACK.includes(hostname));
}
