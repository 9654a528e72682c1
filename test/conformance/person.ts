// The person at the computer, as far as signing in goes: takes each sign-in that waits, opens its address as a browser would,
// and follows it to the end. Speaks to the host only through its contract.
import { createClient, ensureHost, type HostClient } from '../../host/control-client.ts';

/** A person tries a sign-in that fails no more often than this. */
const PATIENCE = 3;

export interface Person {
  /** Resolves when the person has left; what went wrong at their end is thrown. */
  leave(): Promise<void>;
}

/** Signs in to whatever the host of `env` shows as waiting, until `leave`. */
export async function personAt(env: NodeJS.ProcessEnv): Promise<Person> {
  const { socket } = await ensureHost(env);
  const client = createClient(socket);
  const gone = new AbortController();
  const busy = watch(client, gone.signal);
  return {
    leave: async () => {
      gone.abort();
      await busy;
    },
  };
}

async function watch(client: HostClient, signal: AbortSignal): Promise<void> {
  try {
    const events = await client.system.events(undefined, { signal });
    const tries = new Map<string, number>();
    await attend(client, tries);
    for await (const { type } of events) if (type === 'sign-ins') await attend(client, tries);
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

/** Goes through the queue until nothing in it waits. Who has failed too often says so, and what waits for it goes on without. */
async function attend(client: HostClient, tries: Map<string, number>): Promise<void> {
  for (;;) {
    const open = (await client.signIns.list()).find(({ state }) => state === 'waiting' || state === 'failed');
    if (open === undefined) return;
    const { id, target } = open;
    const tried = tries.get(target) ?? 0;
    tries.set(target, tried + 1);
    if (tried >= PATIENCE) await client.signIns.cancel({ id });
    else if (await signInto(client, id)) tries.delete(target);
  }
}

/** True when it was done. A sign-in that somebody else took or that ended meanwhile counts as done. */
async function signInto(client: HostClient, id: string): Promise<boolean> {
  try {
    const begun = await client.signIns.start({ id });
    if (begun.url === undefined) return begun.state === 'done';
    await browse(new URL(begun.url));
    for await (const { state } of await client.signIns.follow({ id: begun.id })) {
      if (state === 'done') return true;
      if (state === 'failed' || state === 'cancelled') return false;
    }
    return true;
  } catch (error) {
    process.stderr.write(`the person could not sign in: ${String(error)}\n`);
    return false;
  }
}

/** Follows redirects from page to page, as a browser does for somebody who is signed in there already. */
async function browse(first: URL): Promise<void> {
  for (let url = first, hops = 0; hops < 10; hops++) {
    const response = await fetch(url, { redirect: 'manual' });
    await response.arrayBuffer();
    const next = response.headers.get('location');
    if (next === null) return;
    url = new URL(next, url);
  }
  throw new Error('too many redirects');
}
