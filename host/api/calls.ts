// Calling a tool through the gateway, as every client does.
import type { CallEvent } from '../../shared/model/tool.ts';
import { COMMAND_LINE, type HostParts, WINDOW } from '../parts.ts';
import { streamOf } from '../stream.ts';
import type { DomainImplementer } from './implementer.ts';

export function callsApi(os: DomainImplementer<'calls'>, { gateway }: Pick<HostParts, 'gateway'>) {
  return {
    call: os.call.handler(async ({ input, signal }) => {
      const client = await gateway.localClient(input.from === 'window' ? WINDOW : COMMAND_LINE, input.server);
      return streamOf<CallEvent>((push, end) => {
        const stopped = new AbortController();
        const call = client.callTool(input.tool, input.arguments, {
          signal: stopped.signal,
          onProgress: (progress) => push({ kind: 'progress', ...progress }),
          ...(input.timeoutMs === undefined ? {} : { timeoutMs: input.timeoutMs }),
        });
        call.then(
          (done) => {
            push({ kind: 'done', ...done });
            end();
          },
          (error: unknown) => end(error),
        );
        return () => stopped.abort();
      }, signal);
    }),
  };
}
