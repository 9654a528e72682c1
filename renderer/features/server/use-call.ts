// One tool call at a time: progress while it runs, its result, and cancelling by ending the stream.
import { useCallback, useEffect, useRef, useState } from 'react';
import { useApp } from '../../state/app-context.ts';
import { announce } from '../../state/announce.ts';
import { type Fault, toFault } from '../../words/fault.ts';

interface CallProgress {
  readonly progress: number;
  readonly total?: number | undefined;
  readonly message?: string | undefined;
}

export interface CallDone {
  readonly isError: boolean;
  readonly result: unknown;
  readonly problem?: string | undefined;
  readonly tookMs: number;
  readonly bytes: number;
  readonly record?: string | undefined;
}

type CallState =
  | { readonly state: 'idle' }
  | { readonly state: 'running'; readonly progress: CallProgress | undefined }
  | { readonly state: 'done'; readonly done: CallDone }
  /** It became a task with this id, which goes on. */
  | { readonly state: 'task'; readonly id: string }
  | { readonly state: 'failed'; readonly fault: Fault }
  | { readonly state: 'cancelled' };

export interface Call {
  readonly state: CallState;
  readonly run: (tool: string, args: Readonly<Record<string, unknown>>, asTask: boolean) => void;
  readonly cancel: () => void;
}

export function useCall(server: string): Call {
  const { client } = useApp();
  const [state, setState] = useState<CallState>({ state: 'idle' });
  const running = useRef<AbortController>(undefined);
  useEffect(() => () => running.current?.abort(), []);

  const run = useCallback(
    (tool: string, args: Readonly<Record<string, unknown>>, asTask: boolean) => {
      running.current?.abort();
      const abort = new AbortController();
      running.current = abort;
      setState({ state: 'running', progress: undefined });
      const follow = async (): Promise<void> => {
        try {
          const events = await client.calls.call(
            { server, tool, arguments: args, asTask, from: 'window' },
            { signal: abort.signal },
          );
          for await (const event of events) {
            if (abort.signal.aborted) return;
            if (event.kind === 'progress') setState({ state: 'running', progress: event });
            else if (event.kind === 'task') {
              setState({ state: 'task', id: event.task.id });
              announce('The task has started');
            } else {
              setState({ state: 'done', done: { ...event, result: event.result } });
              announce(event.isError ? 'The tool reported an error' : 'The call is done');
            }
          }
        } catch (error) {
          if (abort.signal.aborted) return;
          setState({ state: 'failed', fault: toFault(error) });
        }
      };
      void follow();
    },
    [client, server],
  );
  const cancel = useCallback(() => {
    running.current?.abort();
    setState({ state: 'cancelled' });
    announce('The call was cancelled');
  }, []);
  return { state, run, cancel };
}
