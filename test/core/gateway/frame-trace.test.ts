// The trace of a session: bounded, in order, and never a payload.
import { describe, expect, it } from 'vitest';
import { Redactor } from '../../../core/base/redact.ts';
import { frameOf } from '../../../core/connections/frame.ts';
import { FrameTrace } from '../../../core/gateway/frame-trace.ts';
import { ManualClock } from '../../support/manual-clock.ts';

function trace(redactor = new Redactor()): FrameTrace {
  return new FrameTrace({ clock: new ManualClock(), redact: (text) => redactor.redact(text) });
}

const call = (id: number, args: object) =>
  frameOf({ jsonrpc: '2.0', id, method: 'tools/call', params: { name: 'search', arguments: args } });

describe('frame trace', () => {
  it('keeps the last 200 messages of a session, oldest first', () => {
    const kept = trace();
    for (let id = 1; id <= 500; id += 1) kept.note('s', 'from-client', call(id, {}));
    const frames = kept.frames('s');
    expect(frames.map(({ seq }) => seq)).toEqual(Array.from({ length: 200 }, (_, at) => at + 301));
    expect(frames.at(-1)).toMatchObject({ id: '500', method: 'tools/call', kind: 'request', direction: 'from-client' });
  });

  it('shows names and types of payloads, never their values', () => {
    const kept = trace();
    kept.note('s', 'from-client', call(1, { query: 'private words', deep: { n: 7, on: true, list: ['a', null] } }));
    kept.note(
      's',
      'to-client',
      frameOf({
        jsonrpc: '2.0',
        id: 1,
        result: {
          content: [{ type: 'text', text: 'an answer of a server' }],
          structuredContent: { person: 'Maya' },
          _meta: { progressToken: 'tok-1' },
        },
      }),
    );
    const [asked = '', answered = ''] = kept.frames('s').map(({ text }) => text);
    expect(JSON.parse(asked)).toMatchObject({
      params: {
        name: 'search',
        arguments: {
          query: '‹text, 13 characters›',
          deep: { n: '‹number›', on: '‹boolean›', list: ['‹text, 1 characters›', '‹null›'] },
        },
      },
    });
    expect(answered).toContain('structuredContent');
    expect(answered).toContain('"type": "text"');
    for (const secret of ['an answer', 'Maya', 'tok-1']) expect(answered).not.toContain(secret);
  });

  it('hides known secrets and fields named like credentials everywhere else', () => {
    const redactor = new Redactor();
    redactor.addSecret('correct horse');
    const kept = trace(redactor);
    const params = { uri: 'file:///correct horse/x', accessToken: 'abc', cursor: 'next' };
    kept.note('s', 'from-client', frameOf({ jsonrpc: '2.0', id: 1, method: 'resources/read', params }));
    expect(JSON.parse(kept.frames('s')[0]?.text ?? '')).toMatchObject({
      params: { uri: 'file:///[redacted]/x', accessToken: '‹hidden›', cursor: 'next' },
    });
  });

  it('holds no text of a long message and forgets old texts before it grows', () => {
    const kept = trace();
    kept.note('s', 'from-client', call(1, { text: 'x'.repeat(5_000) }));
    for (let id = 2; id <= 60; id += 1) kept.note('s', 'from-client', call(id, { text: 'x'.repeat(3_000) }));
    const texts = kept.frames('s').map(({ text }) => text !== '');
    expect(texts[0]).toBe(false);
    expect(texts.filter(Boolean).length).toBe(13);
    expect(texts.at(-1)).toBe(true);
  });

  it('gives no text that a later message has written over', () => {
    const kept = trace();
    for (let id = 1; id <= 300; id += 1) kept.note('s', 'from-client', call(id, { n: 'y'.repeat((id * 37) % 3_900) }));
    for (const { id, text } of kept.frames('s')) {
      if (text !== '') expect((JSON.parse(text) as { id: number }).id).toBe(Number(id));
    }
  });

  it('tells what the client speaks, by handshake or by the metadata of a request', () => {
    const kept = trace();
    const params = { protocolVersion: '2025-06-18' };
    kept.note('old', 'from-client', frameOf({ jsonrpc: '2.0', id: 1, method: 'initialize', params }));
    const _meta = { 'io.modelcontextprotocol/protocolVersion': '2026-07-28' };
    kept.note('new', 'from-client', frameOf({ jsonrpc: '2.0', id: 1, method: 'tools/list', params: { _meta } }));
    expect([kept.protocolVersion('old'), kept.protocolVersion('new')]).toEqual(['2025-06-18', '2026-07-28']);
    kept.forget('old');
    expect([kept.frames('old'), kept.protocolVersion('old')]).toEqual([[], undefined]);
  });
});
