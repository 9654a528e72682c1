import { expect, test } from 'vitest';
import { Offers } from '../../../../core/gateway/profile/offers.ts';
import { ToolSearch } from '../../../../core/gateway/profile/search-mode.ts';
import { attachTo } from '../../../support/gateway-rig.ts';
import { profileGateway, type Replies, toolsText } from '../../../support/profile-rig.ts';
import { toolCorpus } from '../../../support/tool-corpus.ts';
import type { Message } from '../../../support/raw-client.ts';

const corpus = toolCorpus();
const lists = Object.entries(corpus).map(([server, tools]) => ({
  server,
  items: tools.map((tool) => ({ key: tool.name, bytes: Buffer.from(JSON.stringify(tool)) })),
}));
const list = new Offers(() => 64).of('tools', lists);
const search = new ToolSearch();
const found = (query: string, limit?: number) => search.find(list, query, limit).map(({ name }) => name);

/** What a model would write, and the tool that it means. */
const QUESTIONS: readonly (readonly [query: string, tool: string])[] = [
  ['open a new issue for a bug', 'github__create_issue'],
  ['create issue', 'github__create_issue'],
  ['merge PR pull request', 'github__merge_pull_request'],
  ['show the changes of a pull request', 'github__get_pull_request_diff'],
  ['send a message to the team channel on slack', 'slack__post_message'],
  ['react with an emoji', 'slack__add_reaction'],
  ['read a text file', 'filesystem__read_text_file'],
  ['rename a file', 'filesystem__move_file'],
  ['make a new folder directory', 'filesystem__create_directory'],
  ['run sql query', 'postgres__query'],
  ['columns of a table', 'postgres__describe_table'],
  ['why is my query slow', 'postgres__list_slow_queries'],
  ['refund a customer payment', 'stripe__create_refund'],
  ['cancel subscription', 'stripe__cancel_subscription'],
  ['account balance', 'stripe__retrieve_balance'],
  ['rows of a notion database', 'notion__query_database'],
  ['my assigned tickets', 'linear__list_my_tickets'],
  ['current sprint', 'linear__list_cycles'],
  ['schedule a meeting with guests', 'calendar__create_event'],
  ['when is everybody free', 'calendar__find_free_time'],
  ['decline an invitation', 'calendar__respond_to_invitation'],
  ['send an email', 'mail__send_email'],
  ['download the attachment', 'mail__download_attachment'],
  ['take a screenshot', 'browser__screenshot'],
  ['fill in a form', 'browser__fill'],
  ['logs of a pod', 'kubernetes__get_pod_logs'],
  ['scale deployment to more replicas', 'kubernetes__scale_deployment'],
  ['roll back a deployment to the previous version', 'kubernetes__rollout_undo'],
  ['upload an object to a bucket', 'storage__put_object'],
  ['temporary download link', 'storage__create_presigned_url'],
  ['stack trace of an error', 'sentry__get_error_details'],
  ['weather forecast for tomorrow', 'weather__get_forecast'],
  ['coordinates of a city', 'weather__geocode'],
  ['route by bike', 'maps__directions'],
  ['restaurants nearby', 'maps__search_places'],
  ['add a song to my playlist', 'music__add_to_playlist'],
  ['translate into french', 'docs__translate'],
  ['exchange rate euro dollar', 'docs__convert_currency'],
  ['documentation of a library', 'docs__get_library_docs'],
  ['knowledge graph entities', 'memory__create_entities'],
  ['screnshot of the pagee', 'browser__screenshot'],
  ['kubernets restart', 'kubernetes__rollout_restart'],
  ['createPullRequest', 'github__create_pull_request'],
  ['thread_ts', 'slack__reply_to_thread'],
];

test('of two hundred tools, the one that is meant is among the first five for every question, and mostly the first', () => {
  expect(list.offers.length).toBeGreaterThanOrEqual(190);
  const ranks = QUESTIONS.map(([query, tool]) => [query, found(query, 50).indexOf(tool)] as const);
  expect(ranks.filter(([, rank]) => rank < 0 || rank > 4)).toEqual([]);
  const first = ranks.filter(([, rank]) => rank === 0).length;
  expect(first / ranks.length, JSON.stringify(ranks.filter(([, rank]) => rank > 0))).toBeGreaterThanOrEqual(0.85);
});

test('what is found is enough to call it: name, server, a description of bounded length, the whole input schema', () => {
  const long = { name: 'x', description: 'word '.repeat(400), inputSchema: { type: 'object', $defs: { a: {} } } };
  const one = new Offers(() => 64).of('tools', [
    { server: 's', items: [{ key: 'x', bytes: Buffer.from(JSON.stringify(long)) }] },
  ]);
  const [tool] = search.find(one, 'word');
  expect(tool).toMatchObject({ name: 's__x', server: 's', inputSchema: long.inputSchema });
  expect(tool?.description.length).toBeLessThanOrEqual(501);
});

test('limits hold; no words give the first tools, words that are nowhere give none', () => {
  expect(found('file', 3)).toHaveLength(3);
  expect(found('a', 0)).toHaveLength(1);
  expect(found('list', 1000).length).toBeLessThanOrEqual(50);
  expect(found('of the')).toEqual(list.offers.slice(0, 8).map(({ as }) => as));
  expect(found('xylophone')).toEqual([]);
});

test('a client in search mode: two tools, calls recorded as the real tool, arguments byte for byte', async () => {
  const replies: Record<string, Replies> = { a: { 'tools/list': toolsText('echo_text', 'other') }, b: {} };
  const { gateway, servers, audit } = profileGateway(replies, { profile: { mode: 'search' } });
  const { client } = attachTo(gateway, 'profile:p');
  await client.initialize();
  const { tools } = (await client.request('tools/list')).result as { tools: { name: string }[] };
  expect([tools.map(({ name }) => name), servers.opened]).toEqual([['find_tools', 'call_tool'], []]);
  const answer: Message = await client.call('find_tools', { query: 'echo' });
  const [content] = (answer.result ?? {})['content'] as { text: string }[];
  expect((JSON.parse(content?.text ?? '') as { tools: { name: string }[] }).tools).toMatchObject([
    { name: 'a__echo_text', server: 'a', inputSchema: { type: 'object' } },
  ]);
  expect(audit.of('call.intent')).toEqual([]);
  const args = '{ "n":1.50,"name":"inner" }';
  client.send(
    `{"jsonrpc":"2.0","id":"c","method":"tools/call","params":{"name":"call_tool","arguments":{"name":"a__echo_text","arguments":${args}},"_meta":{"k":1}}}`,
  );
  expect((await client.answer('c')).result).toEqual({ content: [] });
  const [sent] = servers.got('a', 'tools/call');
  expect(sent?.bytes.toString()).toContain(`"params":{"name":"echo_text","arguments":${args},"_meta":{"k":1}}`);
  expect(sent?.message['params']).toEqual({ name: 'echo_text', arguments: { n: 1.5, name: 'inner' }, _meta: { k: 1 } });
  expect(audit.of('call.outcome')).toMatchObject([{ server: 'a', tool: 'echo_text', outcome: 'allowed' }]);
  expect((await client.call('call_tool', {})).error?.code).toBe(-32602);
  expect((await client.call('call_tool', { name: 'a__none' })).error?.message).toContain('find_tools');
  expect((await client.call('call_tool', { name: 'a__other' })).result).toEqual({ content: [] });
  expect(servers.got('a', 'tools/call')[1]?.message['params']).toEqual({ name: 'other', arguments: {} });
});
