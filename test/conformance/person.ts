// The person at the computer, as far as signing in goes: takes each sign-in that waits, opens its address as a browser would,
// and follows it to the end. Speaks to the host only through its contract.
import { createClient, ensureHost, type HostClient } from '../../host/control-client.ts';
import type { SignIn } from '../../shared/model/identity.ts';

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
  const failures = new Map<string, number>();
  let work: Promise<void> = Promise.resolve();
  const look = (signIns: readonly SignIn[]): void => {
    for (const signIn of signIns) {
      const tried = failures.get(signIn.target) ?? 0;
      if (signIn.state !== 'waiting' || tried >= PATIENCE) continue;
      work = work.then(async () => {
        if (!signal.aborted && !(await signInto(client, signIn.id))) failures.set(signIn.target, tried + 1);
      });
    }
  };
  try {
    const events = await client.system.events(undefined, { signal });
    look(await client.signIns.list());
    for await (const event of events) if (event.type === 'sign-ins') look(event.signIns);
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  await work;
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
