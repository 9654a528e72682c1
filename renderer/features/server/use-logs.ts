// Follows the log of a server and keeps its newest lines; arriving lines are shown once per frame.
import { useEffect, useState } from 'react';
import type { LogLine } from '../../../shared/model/server-status.ts';
import { useApp } from '../../state/app-context.ts';
import { type Fault, toFault } from '../../words/fault.ts';

const KEPT = 5000;

export interface Logs {
  readonly lines: readonly LogLine[];
  readonly fault: Fault | undefined;
  readonly retry: () => void;
}

export function useLogs(name: string): Logs {
  const { client } = useApp();
  const [lines, setLines] = useState<readonly LogLine[]>([]);
  const [fault, setFault] = useState<Fault>();
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    const abort = new AbortController();
    let fresh: LogLine[] = [];
    let frame = 0;
    const flush = (): void => {
      frame = 0;
      const batch = fresh;
      fresh = [];
      setLines((held) => [...held, ...batch].slice(-KEPT));
    };
    setLines([]);
    setFault(undefined);
    const follow = async (): Promise<void> => {
      try {
        for await (const line of await client.servers.logs({ name, follow: true }, { signal: abort.signal })) {
          fresh.push(line);
          if (frame === 0) frame = requestAnimationFrame(flush);
        }
      } catch (error) {
        if (!abort.signal.aborted) setFault(toFault(error));
      }
    };
    void follow();
    return () => {
      abort.abort();
      cancelAnimationFrame(frame);
    };
  }, [client, name, attempt]);
  return { lines, fault, retry: () => setAttempt((held) => held + 1) };
}
