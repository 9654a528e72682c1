// What goes through the gateway is what came in, and what the log says of a call is what its server was sent.
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { digest } from '../../../core/audit/digest.ts';
import { attachTo, recorderGateway } from '../../support/gateway-rig.ts';
import { jsonText, membersText, messageText } from '../../support/json-text.ts';
import { until } from '../../support/until.ts';

const ENVELOPE = ['jsonrpc', 'id', 'method', 'params', 'result', 'error'];
/** Stands for the id until a message is sent: every run asks with ids of its own, also when it repeats a case. */
const ID = '"#id#"';
/** Messages that one run sends before it looks. */
const BURST = { minLength: 1, maxLength: 20 };

const extras = membersText(ENVELOPE, 3);
const VERSION = ['"jsonrpc"', '"2.0"'] as const;

test('property 2: any request, notification, result and event arrives byte for byte', async () => {
  const { gateway, source } = recorderGateway();
  const { client } = attachTo(gateway, 'recorder');
  await client.initialize();
  let id = 1000;
  const shape = fc.tuple(jsonText, jsonText, fc.boolean()).chain(([params, result, asked]) => {
    const about = [VERSION, ['"method"', '"vendor/x"'], ['"params"', params]] as const;
    const told = [VERSION, ['"method"', '"vendor/told"'], ['"params"', params]] as const;
    return fc.record({
      up: messageText(asked ? [...about, ['"id"', ID]] : about, extras),
      down: messageText(asked ? [VERSION, ['"id"', ID], ['"result"', result]] : told, extras),
    });
  });
  await fc.assert(
    fc.asyncProperty(fc.array(shape, BURST), async (messages) => {
      const [sent, heard] = [source.last.frames.length, client.lines.length];
      const fresh = messages.map(({ up, down }) => {
        const own = String(id++);
        return { up: up.replace(ID, own), down: down.replace(ID, own) };
      });
      for (const { up } of fresh) client.send(up);
      await until(() => source.last.frames.length === sent + fresh.length, 'all arrived at the server');
      for (const { down } of fresh) source.last.say(down);
      await until(() => client.lines.length === heard + fresh.length, 'all arrived at the client');
      expect(source.last.frames.slice(sent).map(({ bytes }) => bytes.toString())).toEqual(fresh.map(({ up }) => up));
      expect(client.lines.slice(heard)).toEqual(fresh.map(({ down }) => down));
    }),
    { numRuns: 100 },
  );
});

test('property 3: method, name and arguments in the log are those that the server was sent; what is refused is in neither', async () => {
  const { gateway, source, audit } = recorderGateway();
  source.onSend = ({ id, method }, server) => {
    if (method !== 'initialize' && id !== undefined) queueMicrotask(() => server.answer(id));
  };
  const { client } = attachTo(gateway, 'recorder');
  await client.initialize();
  let id = 1000;
  const inside = fc.tuple(
    fc.constantFrom('"name"', '"n\\u0061me"', '"arguments"', '"Name"', '"uri"', '"__proto__"'),
    fc.oneof(fc.constantFrom('"x"', '"\\u0078"', '1', 'null', '{"a":1,"a":2}'), jsonText),
  );
  const call = fc.record({
    method: fc.constantFrom('"tools/call"', '"tools\\/call"', '"prompts/get"', '"resources/read"', '"Tools/call"'),
    params: fc.array(inside, { maxLength: 4 }).map((list) => `{ ${list.map((pair) => pair.join(': ')).join(' , ')} }`),
    again: fc.constantFrom('', ',"method":"tools/list"', ',"params":{}', ',"m\\u0065thod":"tools/call"', ',"x":1'),
  });
  let refused = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(call, BURST), async (calls) => {
      const [sent, noted] = [source.last.frames.length, audit.of('call.intent').length];
      for (const { method, params, again } of calls)
        client.send(`{"jsonrpc":"2.0","id":${id++},"method":${method},"params":${params}${again}}`);
      const end = String(id++);
      client.send(`{"jsonrpc":"2.0","id":${end},"method":"marker"}`);
      await until(() => source.last.frames.at(-1)?.id === end, 'all arrived');
      const forwarded = source.last.frames.slice(sent, -1).map(({ bytes }) => bytes.toString());
      refused += calls.length - forwarded.length;
      const seen = forwarded.map(upstreamView).filter(({ method }) => method !== 'Tools/call');
      const logged = audit.of('call.intent').slice(noted);
      expect(
        logged.map(({ method, tool, what, requestId, argumentsDigest }) => ({
          method,
          name: tool ?? what?.replace(/^prompts\/get /, ''),
          id: requestId,
          argumentsDigest,
        })),
      ).toEqual(seen);
    }),
    { numRuns: 100 },
  );
  expect(refused).toBeGreaterThan(50);
});

/** What a server reads in a call, by another reader than the gateway's: the keys of the text, cut out by hand. */
function upstreamView(text: string) {
  const { id, method } = JSON.parse(text) as { id: number; method: string };
  const params = /"params":(\{.*\})(?:,"x":1)?\}$/s.exec(text)?.[1] ?? '';
  const members = membersOf(params);
  expect(new Set(members.map(([key]) => key)).size, 'two readers could differ').toBe(members.length);
  const source = method === 'resources/read' ? params : members.find(([key]) => key === 'arguments')?.[1];
  const name: unknown = JSON.parse(members.find(([key]) => key === 'name')?.[1] ?? 'null');
  return {
    method,
    name: typeof name === 'string' && method !== 'resources/read' ? name : undefined,
    id: String(id),
    argumentsDigest: source === undefined ? undefined : digest(source),
  };
}

/** Keys and the source of their values, of an object written `{ KEY: VALUE , KEY: VALUE }`. */
function membersOf(object: string): [key: string, source: string][] {
  const members: [string, string][] = [];
  let rest = object.slice(1, -1).trim();
  while (rest !== '') {
    const key = /^"(?:[^"\\]|\\.)*"/.exec(rest)?.[0] ?? '';
    rest = rest.slice(key.length + 2);
    const length = wholeValueLength(rest);
    members.push([JSON.parse(key) as string, rest.slice(0, length)]);
    rest = rest.slice(length).replace(/^ , /, '');
  }
  return members;
}

/** How much of the text is the first value: up to the first separator before which the text is JSON. */
function wholeValueLength(text: string): number {
  for (let end = text.indexOf(' , '); end !== -1; end = text.indexOf(' , ', end + 1)) {
    if (isJson(text.slice(0, end))) return end;
  }
  return text.length;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
