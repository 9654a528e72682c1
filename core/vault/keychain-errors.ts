// The ways in which a keychain is not usable, each with the next step for the system at hand.
import { PortolanError } from '../../shared/errors.ts';

/** No session bus: a terminal over SSH, a container, a service. */
export function noBusError(env: NodeJS.ProcessEnv, cause?: unknown): PortolanError {
  const where = env['SSH_CONNECTION'] ? ' (an SSH session has none of its own)' : '';
  return new PortolanError('KEYCHAIN_NO_BUS', `there is no D-Bus session bus${where}, so no keychain can be reached`, {
    hint: 'Start Portolan inside the desktop session, or under `dbus-run-session` together with a Secret Service.',
    cause,
  });
}

export function noServiceError(env: NodeJS.ProcessEnv, cause?: unknown): PortolanError {
  return new PortolanError('KEYCHAIN_MISSING', 'no keychain service answers on this system', {
    hint: installHint(env),
    cause,
  });
}

export function lockedError(env: NodeJS.ProcessEnv, cause?: unknown): PortolanError {
  return new PortolanError('KEYCHAIN_LOCKED', 'the keychain is locked', { hint: unlockHint(env), cause });
}

function installHint(env: NodeJS.ProcessEnv): string {
  if (process.platform !== 'linux') return 'Sign in to the desktop session of this user and try again.';
  return isKde(env)
    ? 'Switch on KDE Wallet in the system settings (it must offer the Secret Service), and install libsecret.'
    : 'Install and start a Secret Service and its library: on Debian and Ubuntu `apt install gnome-keyring libsecret-1-0`, on Fedora `dnf install gnome-keyring libsecret`.';
}

function unlockHint(env: NodeJS.ProcessEnv): string {
  switch (process.platform) {
    case 'darwin':
      return 'Unlock the login keychain in Keychain Access, or with `security unlock-keychain`.';
    case 'win32':
      return 'Sign in to Windows as this user, then try again.';
    default:
      return isKde(env)
        ? 'Open the wallet in KDE Wallet Manager, then try again.'
        : 'Unlock the login keyring in “Passwords and Keys” (seahorse), or sign in to the desktop again, then try again.';
  }
}

function isKde(env: NodeJS.ProcessEnv): boolean {
  return (env['XDG_CURRENT_DESKTOP'] ?? '').toUpperCase().split(':').includes('KDE');
}
