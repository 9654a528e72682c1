// Legacy side of the answers by a person: the handshake declares elicitation in the client's stead, and the server's questions of a
// mode that the client did not declare are answered here. (MCP 2025-11-25, Elicitation)
import { objectOf, textOf } from '../base/json-object.ts';
import { setMember } from '../base/json-splice.ts';
import { exactIdKey, type Frame, parseFrame } from '../connections/frame.ts';
import { valueKey } from '../connections/request-id.ts';
import type { Upstream } from '../connections/upstream.ts';
import { CallsUnderWay } from './calls-under-way.ts';
import { declaredModes, ELICIT, type ElicitationMode, modeOf, withModes } from './elicitation.ts';
import type { HumanAnswersOptions } from './human-answers.ts';
import { elicitResult } from './human.ts';

/** The protocol version from which each mode exists. */
const SINCE: Readonly<Record<ElicitationMode, string>> = { form: '2025-06-18', url: '2025-11-25' };

export async function openLegacyAnswers(options: HumanAnswersOptions): Promise<Upstream> {
  const { events, human } = options;
  /** What a person answers in this session: known from the handshake on. */
  let ours: ReadonlySet<ElicitationMode> = new Set();
  const calls = new CallsUnderWay();
  const asked = new Map<string, AbortController>();
  const ourLinks = new Set<string>();
  let server: Upstream | undefined;

  /** The client's `initialize` with the modes that a person answers beside its own. */
  function declare(initialize: Frame): Frame {
    const params = objectOf(initialize.message['params']);
    const capabilities = objectOf(params?.['capabilities']);
    const version = textOf(params?.['protocolVersion']) ?? '';
    const declared = declaredModes(capabilities);
    const added = (['form', 'url'] as const).filter((mode) => !declared.has(mode) && version >= SINCE[mode]);
    ours = new Set(human.isPresent() ? added : []);
    if (ours.size === 0) return initialize;
    const elicitation = JSON.stringify(withModes(capabilities, ours));
    return parseFrame(setMember(initialize.bytes, ['params', 'capabilities', 'elicitation'], elicitation), 'client');
  }

  /** True when a person answers this message: the client does not see it. */
  function takes(frame: Frame, relatedTo: string | undefined): boolean {
    const params = objectOf(frame.message['params']);
    if (frame.method === 'notifications/cancelled') {
      const key = valueKey(params?.['requestId']) ?? '';
      asked.get(key)?.abort();
      return asked.delete(key);
    }
    if (frame.method === 'notifications/elicitation/complete') {
      return ourLinks.delete(textOf(params?.['elicitationId']) ?? '');
    }
    const mode = modeOf(params);
    if (frame.kind !== 'request' || frame.method !== ELICIT || mode === undefined || !ours.has(mode)) return false;
    void answer(frame, relatedTo);
    return true;
  }

  async function answer(frame: Frame, relatedTo: string | undefined): Promise<void> {
    const { id = 'null' } = frame;
    const key = exactIdKey(id);
    const params = objectOf(frame.message['params']) ?? {};
    const tool = calls.toolOf(relatedTo);
    const abort = new AbortController();
    asked.set(key, abort);
    const link = textOf(params['elicitationId']);
    if (link !== undefined) ourLinks.add(link);
    if (relatedTo !== undefined) events.onPersonAsked?.(relatedTo, true);
    const question = { server: options.server, client: options.client(), params, ...(tool !== undefined && { tool }) };
    const result = elicitResult(await human.ask(question, abort.signal));
    if (relatedTo !== undefined) events.onPersonAsked?.(relatedTo, false);
    // Whoever took the question back hears nothing of it any more.
    if (asked.get(key) !== abort) return;
    asked.delete(key);
    try {
      server?.send(parseFrame(Buffer.from(`{"jsonrpc":"2.0","id":${id},"result":${result}}`), 'server'));
    } catch {
      events.onLog('portolan', 'A person’s answer could not be sent: too much waits for the server.');
    }
  }

  function abortAll(): void {
    const all = [...asked.values()];
    asked.clear();
    for (const abort of all) abort.abort();
  }

  server = await options.open({
    onPersonAsked: (id, isAsked) => events.onPersonAsked?.(id, isAsked),
    onFrame: (frame, relatedTo) => {
      calls.fromServer(frame);
      if (!takes(frame, relatedTo)) events.onFrame(frame, relatedTo);
    },
    onRequestFailed: (id, error) => {
      calls.ended(id);
      events.onRequestFailed(id, error);
    },
    onClosed: (error) => {
      abortAll();
      events.onClosed(error);
    },
    onDrain: () => events.onDrain?.(),
    onLog: (source, text) => events.onLog(source, text),
  });
  const inner = server;
  return {
    transport: inner.transport,
    pid: inner.pid,
    send: (frame) => {
      inner.send(frame.method === 'initialize' ? declare(frame) : frame);
      calls.fromClient(frame);
    },
    pause: () => inner.pause(),
    resume: () => inner.resume(),
    close: async () => {
      abortAll();
      await inner.close();
    },
  };
}
