// The environment of a server's process: a short list of the host's own variables, then what the entry declares.
// Nothing else of the host's environment may reach a child: it may hold tokens of other programs.
import { MARKER_VARIABLE } from './process-tree.ts';

const INHERITED_POSIX: ReadonlySet<string> = new Set([
  'HOME',
  'LANG',
  'LANGUAGE',
  'LOGNAME',
  'PATH',
  'SHELL',
  'TERM',
  'TMPDIR',
  'TZ',
  'USER',
  'XDG_CACHE_HOME',
  'XDG_CONFIG_HOME',
  'XDG_DATA_HOME',
  'XDG_RUNTIME_DIR',
  'XDG_STATE_HOME',
]);

const INHERITED_WINDOWS: ReadonlySet<string> = new Set([
  'ALLUSERSPROFILE',
  'APPDATA',
  'COMMONPROGRAMFILES',
  'COMSPEC',
  'HOMEDRIVE',
  'HOMEPATH',
  'LOCALAPPDATA',
  'NUMBER_OF_PROCESSORS',
  'OS',
  'PATH',
  'PATHEXT',
  'PROCESSOR_ARCHITECTURE',
  'PROGRAMDATA',
  'PROGRAMFILES',
  'PROGRAMFILES(X86)',
  'PROGRAMW6432',
  'SYSTEMDRIVE',
  'SYSTEMROOT',
  'TEMP',
  'TMP',
  'USERDOMAIN',
  'USERNAME',
  'USERPROFILE',
  'WINDIR',
]);

/** Where programs find the certificates of an organisation that inspects TLS: without them every download hangs. */
const CERTIFICATE_VARIABLES: ReadonlySet<string> = new Set([
  'CURL_CA_BUNDLE',
  'NODE_EXTRA_CA_CERTS',
  'REQUESTS_CA_BUNDLE',
  'SSL_CERT_DIR',
  'SSL_CERT_FILE',
]);

/** The way out of an organisation's network; passed on only when the address carries no user name or password. */
const PROXY_VARIABLE = /^(?:(?:https?|all|no)_proxy)$/i;

/** Variables that make a program load code before its own: never inherited, reported when an entry declares them. */
const LOADER_VARIABLE =
  /^(?:LD_(?:PRELOAD|LIBRARY_PATH|AUDIT)|DYLD_.*|NODE_OPTIONS|NODE_PATH|PYTHON(?:STARTUP|PATH|HOME)|PERL5(?:OPT|LIB)|RUBY(?:OPT|LIB)|BASH_ENV|ENV|JAVA_TOOL_OPTIONS|_JAVA_OPTIONS|GCONV_PATH)$/i;

export interface ChildEnvironment {
  readonly env: Readonly<Record<string, string>>;
  /** Names of declared variables that load code. */
  readonly loaderVariables: readonly string[];
}

/**
 * The environment for one child.
 * @param options.path replaces the host's PATH; the entry's own PATH goes first of all
 * @param options.declared the entry's variables, references resolved
 * @param options.marker value of PORTOLAN_CHILD, by which descendants are found; an entry cannot change it
 */
export function childEnvironment(options: {
  readonly hostEnv: NodeJS.ProcessEnv;
  readonly declared: Readonly<Record<string, string>>;
  readonly path: string | undefined;
  readonly marker: string;
  readonly platform?: NodeJS.Platform;
}): ChildEnvironment {
  const { hostEnv, declared, path, marker, platform = process.platform } = options;
  const inherited = Object.entries(hostEnv).flatMap(([name, value]) =>
    value !== undefined && isInherited(name, value, platform) ? [[name, value] as const] : [],
  );
  const env: Record<string, string> = {};
  for (const [name, value] of [...inherited, ...(path === undefined ? [] : [['PATH', path] as const])]) {
    assign(env, name, value, platform);
  }
  for (const [name, value] of Object.entries(declared)) assign(env, name, value, platform);
  env[MARKER_VARIABLE] = marker;
  return { env, loaderVariables: Object.keys(declared).filter((name) => LOADER_VARIABLE.test(name)) };
}

/** The value of PATH, whatever the case of its name on Windows. */
export function pathOf(env: NodeJS.ProcessEnv, platform: NodeJS.Platform = process.platform): string | undefined {
  if (platform !== 'win32') return env['PATH'];
  return Object.entries(env).find(([name]) => name.toUpperCase() === 'PATH')?.[1];
}

function isInherited(name: string, value: string, platform: NodeJS.Platform): boolean {
  if (CERTIFICATE_VARIABLES.has(name)) return true;
  if (PROXY_VARIABLE.test(name)) return !value.includes('@');
  if (platform === 'win32') return INHERITED_WINDOWS.has(name.toUpperCase());
  // A value that begins so is an exported shell function: code (CVE-2014-6271).
  return (INHERITED_POSIX.has(name) || name.startsWith('LC_')) && !value.startsWith('()');
}

function assign(env: Record<string, string>, name: string, value: string, platform: NodeJS.Platform): void {
  if (platform === 'win32') {
    const upper = name.toUpperCase();
    for (const known of Object.keys(env)) if (known.toUpperCase() === upper) delete env[known];
  }
  env[name] = value;
}
