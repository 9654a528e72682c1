// Whether this computer's environment names a proxy for an address. Portolan connects directly.
import { isLoopbackHost } from '../../base/loopback-host.ts';

/** The variable that names a proxy for the address; undefined when there is none, or the address is exempt (NO_PROXY). */
export function proxySetting(url: URL, env: NodeJS.ProcessEnv): string | undefined {
  if (isLoopbackHost(url.hostname)) return undefined;
  const own = url.protocol === 'https:' ? ['HTTPS_PROXY', 'https_proxy'] : ['http_proxy', 'HTTP_PROXY'];
  const name = [...own, 'ALL_PROXY', 'all_proxy'].find((candidate) => (env[candidate] ?? '') !== '');
  return name === undefined || isExempt(url, env['NO_PROXY'] ?? env['no_proxy'] ?? '') ? undefined : name;
}

/** A list of names with everything below them, optionally with a port; `*` stands for all. */
function isExempt({ hostname, port, protocol }: URL, list: string): boolean {
  const number = port === '' ? (protocol === 'https:' ? '443' : '80') : port;
  return list
    .split(/[\s,]+/)
    .filter((entry) => entry !== '')
    .some((entry) => {
      if (entry === '*') return true;
      const [name = '', only] = entry
        .toLowerCase()
        .replace(/^\*?\./, '')
        .split(':');
      return (only ?? number) === number && (hostname === name || hostname.endsWith(`.${name}`));
    });
}
