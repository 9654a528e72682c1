// What a legacy server sends on its own, in the middle of a caller's requests: questions, progress, log messages and announcements, each
// for the one request or listen that it belongs to. What belongs to none is not passed on.
import { objectOf } from '../../base/json-object.ts';
import { setMember } from '../../base/json-splice.ts';
import { type Frame, parseFrame } from '../../connections/frame.ts';
import { valueKey } from '../../connections/request-id.ts';
import type { Calls } from './calls.ts';
import type { Interruptions } from './interruptions.ts';
import { isLoud } from './log-level.ts';
import { resultFrame } from './questions.ts';
import type { Subscriptions } from './subscriptions.ts';

interface MessagePorts {
  readonly calls: Calls;
  readonly interruptions: Interruptions;
  readonly subscriptions: Subscriptions;
  readonly toServer: (frame: Frame) => void;
  /** A message for the caller, on the stream of his request with this id. */
  readonly deliver: (frame: Frame, callerId: string) => void;
}

export class ServerMessages {
  readonly #ports: MessagePorts;

  constructor(ports: MessagePorts) {
    this.#ports = ports;
  }

  /** A request or notification of the server; `relatedTo`: id of the request on whose stream it came. */
  take(frame: Frame, relatedTo: string | undefined): void {
    if (frame.kind === 'notification') this.#notified(frame, relatedTo);
    else if (frame.method === 'ping') this.#ports.toServer(resultFrame(frame.id ?? '', '{}'));
    else this.#ports.interruptions.ask(frame, relatedTo);
  }

  #notified(frame: Frame, relatedTo: string | undefined): void {
    switch (frame.method) {
      case 'notifications/progress':
        this.#progress(frame);
        return;
      case 'notifications/message':
        this.#log(frame, relatedTo);
        return;
      case 'notifications/cancelled': {
        const key = valueKey(objectOf(frame.message['params'])?.['requestId']);
        if (key !== undefined) this.#ports.interruptions.withdraw(key);
        return;
      }
      default:
        this.#ports.subscriptions.announce(frame);
    }
  }

  /** Under the token of the request that waits now; it only ever rises. (MCP 2026-07-28, Progress) */
  #progress(frame: Frame): void {
    const params = objectOf(frame.message['params']);
    const key = valueKey(params?.['progressToken']);
    const call = key === undefined ? undefined : this.#ports.calls.byToken(key);
    const token = call?.caller.progressToken;
    const progress = params?.['progress'];
    if (call === undefined || call.isParked || token === undefined) return;
    if (typeof progress !== 'number' || progress <= call.progress) return;
    call.progress = progress;
    const bytes = setMember(frame.bytes, ['params', 'progressToken'], token);
    this.#ports.deliver(parseFrame(bytes, 'server'), call.caller.id);
  }

  #log(frame: Frame, relatedTo: string | undefined): void {
    const caller = this.#ports.calls.loggedBy(relatedTo)?.caller;
    if (caller?.logLevel !== undefined && isLoud(frame, caller.logLevel)) this.#ports.deliver(frame, caller.id);
  }
}
