// Environment variables that change what a program is rather than what it does.
import type { CommandRisk } from '../../shared/model/approval.ts';

const LOADS = new Set([
  'NODE_OPTIONS',
  'NODE_PATH',
  'PYTHONPATH',
  'PYTHONSTARTUP',
  'PYTHONHOME',
  'PYTHONINSPECT',
  'PERL5OPT',
  'PERL5LIB',
  'PERL5DB',
  'RUBYOPT',
  'RUBYLIB',
  'BASH_ENV',
  'ENV',
  'ZDOTDIR',
  'PROMPT_COMMAND',
  'JAVA_TOOL_OPTIONS',
  '_JAVA_OPTIONS',
  'JDK_JAVA_OPTIONS',
  'CLASSPATH',
  'DOTNET_STARTUP_HOOKS',
  'DOTNET_ADDITIONAL_DEPS',
  'CORECLR_PROFILER_PATH',
  'GIT_SSH_COMMAND',
  'GIT_EXTERNAL_DIFF',
  'EDITOR',
  'PAGER',
  'BROWSER',
  'OPENSSL_CONF',
  'PHPRC',
  'LUA_INIT',
  'DENO_DIR',
]);
const FINDS = new Set(['PATH', 'PATHEXT', 'COMSPEC', 'IFS', 'SHELL']);
const SOURCES =
  /^(?:npm_config_(?:registry|userconfig|globalconfig|script_shell|node_options|prefix|cache)|uv_(?:index|index_url|default_index|extra_index_url|find_links|python)|pip_(?:index_url|extra_index_url|find_links|config_file)|docker_host|docker_config|goproxy|gosumdb|bun_config_registry|yarn_registry)$/i;
const TRUST = new Set([
  'NODE_TLS_REJECT_UNAUTHORIZED',
  'NODE_EXTRA_CA_CERTS',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
  'REQUESTS_CA_BUNDLE',
  'SSLKEYLOGFILE',
  'PYTHONHTTPSVERIFY',
  'GIT_SSL_NO_VERIFY',
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'ALL_PROXY',
]);

/** What is to be known about setting `name`; undefined for a variable that is only the program's own business. */
export function riskyVariable(name: string, at = `env.${name}`): CommandRisk | undefined {
  const upper = name.toUpperCase();
  if (/^(?:LD|DYLD|_RLD)_/.test(upper) || LOADS.has(upper)) {
    return { code: 'LOADS_CODE', at, text: `${name} can load other code into the program that is started.` };
  }
  if (FINDS.has(upper)) return { code: 'RUNS_ANOTHER', at, text: `${name} decides which program a name leads to.` };
  if (SOURCES.test(name))
    return { code: 'OTHER_SOURCE', at, text: `${name} has the program fetched from another place.` };
  if (TRUST.has(upper))
    return { code: 'OTHER_SOURCE', at, text: `${name} decides whom its connections trust or pass.` };
  return undefined;
}
