// Runs a verification and follows its progress.
import { useCallback, useEffect, useRef, useState } from 'react';
import { useApp } from '../../state/app-context.ts';
import { announce } from '../../state/announce.ts';
import { toast, toastFault } from '../../state/toast.tsx';
import { toFault } from '../../words/fault.ts';
import { count } from '../../words/numbers.ts';

export interface Verify {
  readonly state: 'idle' | 'running';
  readonly verified: number;
  readonly total: number;
  readonly run: () => void;
  readonly stop: () => void;
}

export function useVerify(): Verify {
  const { client } = useApp();
  const [progress, setProgress] = useState<{ verified: number; total: number }>();
  const running = useRef<AbortController>(undefined);
  useEffect(() => () => running.current?.abort(), []);
  const run = useCallback(() => {
    running.current?.abort();
    const abort = new AbortController();
    running.current = abort;
    setProgress({ verified: 0, total: 0 });
    const follow = async (): Promise<void> => {
      try {
        for await (const event of await client.audit.verify(undefined, { signal: abort.signal })) {
          if (event.kind === 'progress') setProgress({ verified: event.verified, total: event.total });
          else if (event.verdict.ok) toast(`Log verified to record ${count(event.verdict.verified)}`);
          else announce('The audit log is broken');
        }
      } catch (error) {
        if (!abort.signal.aborted) toastFault(toFault(error));
      } finally {
        if (running.current === abort) setProgress(undefined);
      }
    };
    void follow();
  }, [client]);
  const stop = useCallback(() => {
    running.current?.abort();
    setProgress(undefined);
  }, []);
  return {
    state: progress ? 'running' : 'idle',
    verified: progress?.verified ?? 0,
    total: progress?.total ?? 0,
    run,
    stop,
  };
}
