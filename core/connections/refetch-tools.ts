// Asks a server for its tools on our own account, when it has refused the headers of a call: the answers go to nobody else.
// (MCP 2026-07-28, Streamable HTTP, "Client Behavior")
import type { HttpResponse } from './http-response.ts';
import { randomUUID } from 'node:crypto';
import { PortolanError } from '../../shared/errors.ts';
import { VERSION } from '../../shared/version.ts';
import { type JsonObject, objectOf, textOf } from '../base/json-object.ts';
import { META, metaOf, MODERN_VERSIONS } from './era.ts';
import { type Frame, frameOf } from './frame.ts';
import { statusError } from './http-errors.ts';
import { drain, readMessages } from './http-messages.ts';

const MAX_PAGES = 1_000;

/**
 * Reads the tool list page by page until the tool of `call` has come, and gives each page to `learn`. What the server may tell is
 * what it may tell the caller: version and capabilities are those of `call`.
 * @throws PortolanError when a page cannot be had
 */
export async function refetchTools(
  call: Frame,
  to: { post(frame: Frame): Promise<HttpResponse>; learn(page: Frame): void },
): Promise<void> {
  const wanted = objectOf(call.message['params'])?.['name'];
  let cursor: string | undefined;
  for (let page = 0; page < MAX_PAGES; page++) {
    const request = listRequest(call, cursor);
    const answer = await readAnswer(await to.post(request), request);
    const result = objectOf(answer.message['result']);
    const tools = result?.['tools'];
    if (!Array.isArray(tools)) throw noList();
    to.learn(answer);
    const next = textOf(result?.['nextCursor']);
    if (tools.some((tool) => objectOf(tool)?.['name'] === wanted) || next === undefined || next === cursor) return;
    cursor = next;
  }
}

/** The id is ours alone: it meets no id of a caller. */
function listRequest(call: Frame, cursor: string | undefined): Frame {
  const meta: JsonObject = metaOf(call) ?? {};
  const params = {
    ...(cursor === undefined ? {} : { cursor }),
    _meta: {
      [META.protocolVersion]: textOf(meta[META.protocolVersion]) ?? MODERN_VERSIONS[0],
      [META.clientInfo]: { name: 'Portolan', version: VERSION },
      [META.clientCapabilities]: objectOf(meta[META.clientCapabilities]) ?? {},
    },
  };
  return frameOf({ jsonrpc: '2.0', id: `portolan-${randomUUID()}`, method: 'tools/list', params });
}

async function readAnswer(response: HttpResponse, request: Frame): Promise<Frame> {
  if (response.statusCode >= 300) {
    drain(response);
    throw statusError(response, 0);
  }
  const found = new Promise<Frame>((resolve, reject) => {
    const onFrame = (frame: Frame): void => {
      if (frame.kind === 'response' && frame.id === request.id) resolve(frame);
    };
    const position = { lastEventId: undefined, retryMs: undefined, events: 0 };
    readMessages(response, position, { onFrame, onUnreadable: () => undefined }).then(() => reject(noList()), reject);
  });
  return found.finally(() => response.destroy());
}

function noList(): PortolanError {
  return new PortolanError('PROTOCOL_ERROR', 'The server did not list its tools.', { data: { sent: true } });
}
