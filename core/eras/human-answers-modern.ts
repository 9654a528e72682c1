// Modern side of the answers by a person: calls declare elicitation in the client's stead, and an answer that asks for nothing but
// that is answered and the call made again, so that the client sees the final answer alone. A round that also asks for something
// the client declared is refused: its parts would have two answerers. (MCP 2026-07-28, Multi round-trip requests)
import { PortolanError, toPortolanError } from '../../shared/errors.ts';
import { type JsonObject, objectOf, textOf } from '../base/json-object.ts';
import { setMember } from '../base/json-splice.ts';
import { META, metaOf } from '../connections/era.ts';
import { errorFrame, exactIdKey, type Frame, parseFrame } from '../connections/frame.ts';
import { valueKey, withId } from '../connections/request-id.ts';
import type { Upstream } from '../connections/upstream.ts';
import { declaredModes, ELICIT, type ElicitationMode, modeOf, withModes } from './elicitation.ts';
import type { HumanAnswersOptions } from './human-answers.ts';
import { elicitResult } from './human.ts';
import { asksForInput, type InputRequest, mayAskForInput, readInputRequired } from './mrtr/input-required.ts';
import { type Answerer, InputRounds } from './mrtr/input-rounds.ts';
import { OwnIds } from './own-ids.ts';

const MISSING_CAPABILITY = -32_021;
const INTERNAL_ERROR = -32_603;

/** A call that declares more than the client did. */
interface Call {
  readonly callerId: string;
  readonly tool: string | undefined;
  readonly declared: JsonObject;
  readonly ours: ReadonlySet<ElicitationMode>;
  readonly rounds: InputRounds;
  readonly abort: AbortController;
  /** Source text of the id under which the server has it now; undefined while a person is asked. */
  sentId: string | undefined;
}

export async function openModernAnswers(options: HumanAnswersOptions): Promise<Upstream> {
  const { events, human } = options;
  const ids = new OwnIds();
  const bySentId = new Map<string, Call>();
  const byCallerId = new Map<string, Call>();
  let server: Upstream | undefined;

  /** The request with elicitation declared, when it is one that may ask and somebody is there; else the same frame. */
  function declare(frame: Frame): Frame {
    const capabilities = objectOf(metaOf(frame)?.[META.clientCapabilities]);
    if (frame.kind !== 'request' || !mayAskForInput(frame.method) || capabilities === undefined) return frame;
    const modes = declaredModes(capabilities);
    const ours = new Set((['form', 'url'] as const).filter((mode) => !modes.has(mode)));
    if (ours.size === 0 || !human.isPresent()) return frame;
    const path = ['params', '_meta', META.clientCapabilities, 'elicitation'];
    const sent = parseFrame(setMember(frame.bytes, path, JSON.stringify(withModes(capabilities, ours))), 'client');
    const { id: callerId = '' } = frame;
    const name = textOf(objectOf(frame.message['params'])?.['name']);
    const call: Call = {
      callerId,
      tool: frame.method === 'tools/call' ? name : undefined,
      declared: capabilities,
      ours,
      rounds: new InputRounds(sent),
      abort: new AbortController(),
      sentId: callerId,
    };
    bySentId.set(exactIdKey(callerId), call);
    byCallerId.set(exactIdKey(callerId), call);
    return sent;
  }

  function forget(call: Call): void {
    if (call.sentId !== undefined) bySentId.delete(exactIdKey(call.sentId));
    byCallerId.delete(exactIdKey(call.callerId));
    call.abort.abort();
  }

  function answered(call: Call, answer: Frame): void {
    if (asksForInput(answer) && asksOurs(call, answer)) {
      bySentId.delete(exactIdKey(call.sentId ?? ''));
      call.sentId = undefined;
      void ask(call, answer);
      return;
    }
    forget(call);
    events.onFrame(withId(answer, call.callerId));
  }

  async function ask(call: Call, answer: Frame): Promise<void> {
    try {
      const id = ids.next();
      const retry = await call.rounds.next(answer, answererFor(call), id, call.abort.signal);
      if (call.abort.signal.aborted) return;
      call.sentId = id;
      bySentId.set(exactIdKey(id), call);
      server?.send(retry);
    } catch (error) {
      if (call.abort.signal.aborted) return;
      forget(call);
      const { code, message, hint, data } = toPortolanError(error);
      const isMissing = code === 'UNSUPPORTED';
      const facts = isMissing ? { requiredCapabilities: { elicitation: {} } } : { code, hint, ...data };
      events.onFrame(errorFrame(call.callerId, isMissing ? MISSING_CAPABILITY : INTERNAL_ERROR, message, facts));
    }
  }

  function answererFor(call: Call): Answerer {
    return {
      lacks: (request) => (isOurs(call, request) ? undefined : 'elicitation'),
      async ask({ params = {} }, signal) {
        const { tool, callerId } = call;
        const question = {
          server: options.server,
          client: options.client(),
          params,
          ...(tool !== undefined && { tool }),
        };
        events.onPersonAsked?.(callerId, true);
        const result = await human.ask(question, signal);
        events.onPersonAsked?.(callerId, false);
        return elicitResult(result);
      },
    };
  }

  server = await options.open({
    onPersonAsked: (id, isAsked) => events.onPersonAsked?.(id, isAsked),
    onFrame: (frame, relatedTo) => {
      const call = frame.kind === 'response' && frame.id !== undefined ? find(bySentId, frame.id) : undefined;
      const related = relatedTo === undefined ? undefined : find(bySentId, relatedTo);
      if (call !== undefined) answered(call, frame);
      // While a person is asked, the server has nothing to answer.
      else if (frame.kind !== 'response' || find(byCallerId, frame.id ?? 'null') === undefined)
        events.onFrame(frame, related?.callerId ?? relatedTo);
    },
    onRequestFailed: (id, error) => {
      const call = find(bySentId, id);
      if (call !== undefined) forget(call);
      events.onRequestFailed(call?.callerId ?? id, error);
    },
    onClosed: (error) => {
      for (const call of byCallerId.values()) {
        forget(call);
        events.onRequestFailed(
          call.callerId,
          new PortolanError(error.code, error.message, { data: { ...error.data, sent: true } }),
        );
      }
      events.onClosed(error);
    },
    onDrain: () => events.onDrain?.(),
    onLog: (source, text) => events.onLog(source, text),
  });
  const inner = server;
  return {
    transport: inner.transport,
    pid: inner.pid,
    send(frame) {
      const taken =
        frame.method === 'notifications/cancelled' ? objectOf(frame.message['params'])?.['requestId'] : undefined;
      const call = byCallerId.get(valueKey(taken) ?? '');
      if (call === undefined) {
        const sent = declare(frame);
        try {
          inner.send(sent);
        } catch (error) {
          const declared = sent === frame ? undefined : find(bySentId, sent.id ?? 'null');
          if (declared !== undefined) forget(declared);
          throw error;
        }
        return;
      }
      const { sentId } = call;
      forget(call);
      if (sentId !== undefined)
        inner.send(parseFrame(setMember(frame.bytes, ['params', 'requestId'], sentId), 'server'));
    },
    pause: () => inner.pause(),
    resume: () => inner.resume(),
    async close() {
      for (const call of byCallerId.values()) call.abort.abort();
      await inner.close();
    },
  };
}

/** True when a person answers this question. */
function isOurs(call: Call, { method, params }: InputRequest): boolean {
  return method === ELICIT && call.ours.has(modeOf(params) ?? 'form');
}

/** True when a round asks for something that a person answers; broken rounds are refused by who reads them next. */
function asksOurs(call: Call, answer: Frame): boolean {
  try {
    return readInputRequired(answer, 'tools/call').requests.some((request) => isOurs(call, request));
  } catch {
    return false;
  }
}

function find(calls: ReadonlyMap<string, Call>, id: string): Call | undefined {
  return id === 'null' ? undefined : calls.get(exactIdKey(id));
}
