// Whether a D-Bus session bus answers: without one no Secret Service can be reached on Linux.
import { connect } from 'node:net';
import { join } from 'node:path';

/** Connects to the addresses that libdbus would take (D-Bus specification, "Server Addresses") and hangs up. */
export async function sessionBusAnswers(env: NodeJS.ProcessEnv): Promise<boolean> {
  for (const candidate of addresses(env)) {
    const path = socketPath(candidate);
    // Another transport than a local socket is someone's explicit choice: take it as answering.
    if (path === undefined ? candidate !== '' : await connects(path)) return true;
  }
  return false;
}

/** The local sockets at which the session bus may answer, as `node:net` takes them, best first. */
export function sessionBusSockets(env: NodeJS.ProcessEnv): string[] {
  return addresses(env).flatMap((candidate) => socketPath(candidate) ?? []);
}

function addresses(env: NodeJS.ProcessEnv): string[] {
  const address = env['DBUS_SESSION_BUS_ADDRESS'];
  const runtimeDir = env['XDG_RUNTIME_DIR'];
  return address ? address.split(';') : runtimeDir ? [`unix:path=${join(runtimeDir, 'bus')}`] : [];
}

function socketPath(address: string): string | undefined {
  const parts = /^unix:(?:.*,)?(path|abstract)=([^,]*)/.exec(address);
  if (parts === null) return undefined;
  const path = unescape(parts[2] ?? '');
  return parts[1] === 'abstract' ? `\0${path}` : path;
}

function unescape(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function connects(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    const done = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(1_000, () => done(false));
    socket.once('connect', () => done(true));
    socket.once('error', () => done(false));
  });
}
