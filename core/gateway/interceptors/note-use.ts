// Tells the connections what was seen of a server's health and use. It reads only answers that it must.
import { PortolanError } from '../../../shared/errors.ts';
import type { HandshakeInfo } from '../../connections/status-board.ts';
import { objectOf } from '../../base/json-object.ts';
import { resultOf } from '../exchange.ts';
import { type Handshake, INITIALIZE } from '../handshake.ts';
import type { Interceptor } from '../interceptor.ts';
import type { UpstreamSource } from '../ports.ts';

export function noteUse(
  connections: UpstreamSource,
  handshake: Handshake,
  onInitialized: (info: HandshakeInfo) => void,
): Interceptor {
  return {
    name: 'note-use',
    after({ method, frame: request, session: { server } }, ending) {
      if (method === 'tools/call') connections.noteCall(server);
      if (ending.kind !== 'answered') return;
      if (method === INITIALIZE) {
        const info = handshake.note(ending.frame);
        if (info === undefined) connections.noteFailure(server, refusedHandshake());
        else onInitialized(info);
      }
      if (method === 'tools/list') {
        const result = resultOf(ending.frame);
        const tools = result?.['tools'];
        const isWhole =
          result?.['nextCursor'] === undefined && objectOf(request.message['params'])?.['cursor'] === undefined;
        if (Array.isArray(tools) && isWhole) connections.noteTools(server, tools.length);
      }
    },
  };
}

function refusedHandshake(): PortolanError {
  return new PortolanError('PROTOCOL_ERROR', 'The server answered the handshake with an error.');
}
