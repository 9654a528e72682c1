// What a legacy client is told of a modern server's answers whose form or number leaves room for meaning.
import { describe, expect, test } from 'vitest';
import { objectOf } from '../../../../core/base/json-object.ts';
import type { DiscoverResult } from '../../../../core/eras/discover-result.ts';
import { LegacyClient, openBridge } from '../../../support/bridge-rig.ts';
import { RecordingUpstream } from '../../../support/recording-upstream.ts';

const DISCOVERED: DiscoverResult = {
  supportedVersions: ['2026-07-28'],
  capabilities: { tools: {}, resources: {} },
  serverInfo: undefined,
  instructions: undefined,
  ttlMs: 0,
  cacheScope: 'private',
  raw: {},
};

async function byHand(): Promise<{ client: LegacyClient; server: RecordingUpstream }> {
  const opened: RecordingUpstream[] = [];
  const client = await openBridge({
    discovered: DISCOVERED,
    peer: async (events) => {
      const upstream = new RecordingUpstream(events, () => undefined);
      opened.push(upstream);
      return upstream;
    },
  });
  const [server] = opened;
  if (server === undefined) throw new Error('no server was opened');
  return { client, server };
}

async function told(method: string, answer: string): Promise<string> {
  const { client, server } = await byHand();
  client.say(`{"jsonrpc":"2.0","id":"x","method":"${method}","params":{"name":"t","uri":"a:1"}}`);
  server.say(`{"jsonrpc":"2.0","id":"x",${answer}}`);
  return (await client.answerTo('"x"')).bytes.toString();
}

const FREE = Array.from({ length: 20 }, (_, n) => -32_000 - n);

describe('answers of a modern server', () => {
  test.each(['tools/call', 'tools/list', 'resources/read', 'prompts/get'])(
    'BAS-20: a result of %s without resultType is complete',
    async (method) => {
      const answer = '"result":{"content":[],"contents":[],"n":1.0}';
      expect(await told(method, answer)).toBe(`{"jsonrpc":"2.0","id":"x",${answer}}`);
    },
  );

  test.each(FREE)('BAS-25: error %d means nothing here and passes as it came', async (code) => {
    const answer = `"error":{"code":${code}, "message":"own words","data":{"n":1.0,"supported":["2025-11-25"]}}`;
    for (const method of ['tools/call', 'tools/list', 'prompts/get']) {
      expect(await told(method, answer)).toBe(`{"jsonrpc":"2.0","id":"x",${answer}}`);
    }
  });

  test.each([-32_002, -32_602])('BAS-26: %d to a read is a resource that does not exist', async (code) => {
    const answer = JSON.parse(await told('resources/read', `"error":{"code":${code},"message":"no"}`)) as object;
    expect(objectOf(objectOf(answer)?.['error'])?.['code']).toBe(-32_002);
  });
});
