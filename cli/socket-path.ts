// Where the host of this data directory listens. The same rule as core/base/paths.ts (a test keeps them equal), written
// without that module's imports because the shim must start as fast as an empty program.

/** Absolute path of the control socket, or the pipe's name on Windows. */
export function socketPath(env: NodeJS.ProcessEnv, platform: NodeJS.Platform = process.platform): string {
  const home = dataDir(env, platform);
  if (platform === 'win32') return `\\\\.\\pipe\\portolan-${shortHash(home)}`;
  const plain = `${home}/run/host.sock`;
  if (Buffer.byteLength(plain) <= 100) return plain;
  return `${process.getBuiltinModule('node:os').tmpdir()}/portolan-${process.getuid?.() ?? 0}/${shortHash(home)}.sock`;
}

/** The data directory: `PORTOLAN_HOME`, else the platform's place for an application's data. */
export function dataDir(env: NodeJS.ProcessEnv, platform: NodeJS.Platform = process.platform): string {
  const chosen = env['PORTOLAN_HOME'];
  if (chosen) return process.getBuiltinModule('node:path').resolve(chosen);
  const home =
    (platform === 'win32' ? env['USERPROFILE'] : env['HOME']) || process.getBuiltinModule('node:os').homedir();
  if (platform === 'win32') return `${env['LOCALAPPDATA'] || `${home}\\AppData\\Local`}\\Portolan\\Data`;
  if (platform === 'darwin') return `${home}/Library/Application Support/Portolan`;
  // XDG Base Directory Specification: a relative path is invalid and must be ignored.
  const dataHome = env['XDG_DATA_HOME'];
  return `${dataHome?.startsWith('/') ? dataHome : `${home}/.local/share`}/Portolan`;
}

function shortHash(text: string): string {
  return process.getBuiltinModule('node:crypto').createHash('sha256').update(text).digest('hex').slice(0, 16);
}
