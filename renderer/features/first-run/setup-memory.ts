// What the set-up of clients has written and whom it has seen, kept by this browser so that a reload goes on where it was.
import { useCallback, useSyncExternalStore } from 'react';
import type { WaitedFor } from './client-seen.ts';

export interface Written extends WaitedFor {
  readonly displayName: string;
  readonly path: string;
  /** What a person does so that the client reads its file. */
  readonly reload: string;
  /** Epoch milliseconds of the write. */
  readonly at: number;
}

export interface Seen {
  readonly client: string;
  /** The server it reached first, and the name it gave itself. */
  readonly server: string;
  readonly name: string;
}

export interface SetupMemory {
  /** Address of the step that was left open; absent when setting up was finished or skipped. */
  readonly step?: string | undefined;
  readonly written: readonly Written[];
  readonly seen: readonly Seen[];
}

const KEY = 'portolan.setup';
const NOTHING: SetupMemory = { written: [], seen: [] };
const listeners = new Set<() => void>();
let held: { readonly text: string | null; readonly memory: SetupMemory } = { text: null, memory: NOTHING };

/** The step to go on with when the window opens again. */
export function openStep(): string | undefined {
  const { step } = read();
  return step?.startsWith('/first-run/') === true ? step : undefined;
}

/** The memory, and what changes parts of it. */
export function useSetupMemory(): readonly [SetupMemory, (patch: Partial<SetupMemory>) => void] {
  const memory = useSyncExternalStore(subscribe, read);
  const remember = useCallback((patch: Partial<SetupMemory>) => {
    localStorage.setItem(KEY, JSON.stringify({ ...read(), ...patch }));
    for (const listener of listeners) listener();
  }, []);
  return [memory, remember];
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function read(): SetupMemory {
  const text = localStorage.getItem(KEY);
  if (text !== held.text) held = { text, memory: parsed(text) };
  return held.memory;
}

/** Nobody but this page writes there; a text of another version counts as none. */
function parsed(text: string | null): SetupMemory {
  if (text === null) return NOTHING;
  try {
    const value = JSON.parse(text) as Partial<SetupMemory>;
    return Array.isArray(value.written) && Array.isArray(value.seen) ? (value as SetupMemory) : NOTHING;
  } catch {
    return NOTHING;
  }
}
