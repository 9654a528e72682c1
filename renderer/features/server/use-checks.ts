// Runs the checks of a server and keeps the results as they arrive.
import { useCallback, useEffect, useRef, useState } from 'react';
import type { CheckResult } from '../../../shared/model/server-status.ts';
import { useApp } from '../../state/app-context.ts';
import { announce } from '../../state/announce.ts';
import { type Fault, toFault } from '../../words/fault.ts';

export interface Checks {
  readonly state: 'idle' | 'running' | 'done';
  readonly results: readonly CheckResult[];
  readonly fault: Fault | undefined;
  readonly run: () => void;
}

export function useChecks(server: string): Checks {
  const { client } = useApp();
  const [state, setState] = useState<Checks['state']>('idle');
  const [results, setResults] = useState<readonly CheckResult[]>([]);
  const [fault, setFault] = useState<Fault>();
  const running = useRef<AbortController>(undefined);
  useEffect(() => () => running.current?.abort(), [server]);
  const run = useCallback(() => {
    running.current?.abort();
    const abort = new AbortController();
    running.current = abort;
    setState('running');
    setResults([]);
    setFault(undefined);
    const follow = async (): Promise<void> => {
      try {
        for await (const result of await client.servers.check({ name: server }, { signal: abort.signal })) {
          setResults((held) => [...held, result]);
        }
        setState('done');
        announce('The checks are done');
      } catch (error) {
        if (abort.signal.aborted) return;
        setFault(toFault(error));
        setState('done');
      }
    };
    void follow();
  }, [client, server]);
  return { state, results, fault, run };
}
