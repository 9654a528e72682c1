// Which host names stand for this machine.

/** True for `localhost` and the loopback addresses, as `URL.hostname` writes them. RFC 8252 section 7.3. */
export function isLoopbackHost(hostname: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, '');
  return host === 'localhost' || host === '::1' || /^127(?:\.\d{1,3}){3}$/.test(host);
}
