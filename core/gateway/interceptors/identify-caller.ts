// Who calls: what the client says of itself in `initialize`, or in each request. For display and the log only; nothing is decided by it.
import { META, metaOf } from '../../connections/era.ts';
import { callerFrom, callerNamed, type Handshake, INITIALIZE } from '../handshake.ts';
import type { Interceptor } from '../interceptor.ts';

export function identifyCaller(handshake: Handshake): Interceptor {
  return {
    name: 'identify-caller',
    before({ method, frame, session }) {
      if (method === INITIALIZE) {
        handshake.request = frame;
        session.caller = callerFrom(frame, session.caller);
      } else if (handshake.request === undefined) {
        session.caller = callerNamed(metaOf(frame)?.[META.clientInfo], session.caller);
      }
      return undefined;
    },
  };
}
