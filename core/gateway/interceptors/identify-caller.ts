// Who calls: what the client says of itself in `initialize`. For display and the log only; nothing is decided by it.
import { callerFrom, type Handshake, INITIALIZE } from '../handshake.ts';
import type { Interceptor } from '../interceptor.ts';

export function identifyCaller(handshake: Handshake): Interceptor {
  return {
    name: 'identify-caller',
    before({ method, frame, session }) {
      if (method !== INITIALIZE) return undefined;
      handshake.request = frame;
      session.caller = callerFrom(frame, session.caller);
      return undefined;
    },
  };
}
