// What the tests need from the system: a browser, a keychain daemon, a private message bus, fault injection. Installed by
// the system's package manager where that is possible without asking; otherwise the missing packages are named.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** Debian package → a program or file that proves it is there. */
const NEEDED = {
  chromium: '/usr/bin/chromium',
  dbus: '/usr/bin/dbus-run-session',
  'libglib2.0-bin': '/usr/bin/gdbus',
  'gnome-keyring': '/usr/bin/gnome-keyring-daemon',
  'libsecret-1-0': '/usr/lib/*/libsecret-1.so.0',
  strace: '/usr/bin/strace',
  procps: '/usr/bin/ps',
  'util-linux': '/usr/bin/setpriv',
};

/** Installs what is missing; throws an error that names the packages when it may not. */
export function ensureSystemPackages() {
  const missing = Object.keys(NEEDED).filter((name) => !isThere(NEEDED[name]));
  if (missing.length === 0) return;
  const manual = `the tests need these Debian packages (or your system's own of the same programs): ${missing.join(' ')}`;
  if (!existsSync('/usr/bin/apt-get')) throw new Error(manual);
  const sudo = process.getuid?.() === 0 ? [] : ['sudo', '-n'];
  process.stderr.write(`portolan: installing ${missing.join(' ')}\n`);
  const apt = (...args) => {
    const [program, ...rest] = [...sudo, 'apt-get', ...args];
    return (
      spawnSync(program, rest, {
        stdio: ['ignore', 'ignore', 'inherit'],
        env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
      }).status === 0
    );
  };
  const installed = apt('update', '-qq') && apt('install', '-y', '-qq', '--no-install-recommends', ...missing);
  if (!installed) throw new Error(`${manual}; installing them here failed`);
}

function isThere(path) {
  if (!path.includes('*')) return existsSync(path);
  return spawnSync('sh', ['-c', `ls ${path}`], { stdio: 'ignore' }).status === 0;
}
