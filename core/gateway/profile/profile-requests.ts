// The client's requests to a profile that lists and members answer: tools, prompts, resources, completion, log level. Each goes
// to its member with one member of the message changed, or is answered from the joined lists.
import { objectOf, textOf } from '../../base/json-object.ts';
import { memberSource, setMember } from '../../base/json-splice.ts';
import type { Profile } from '../../../shared/model/profile.ts';
import type { Era } from '../../connections/era.ts';
import type { Frame } from '../../connections/frame.ts';
import { METHOD_NOT_FOUND } from '../rpc-errors.ts';
import type { ListKind } from './list-kinds.ts';
import type { Member } from './member.ts';
import { type MemberLists, SEARCH_MS } from './member-lists.ts';
import { INVALID_PARAMS, invalidParams, resultFrame, withMember } from './own-frames.ts';
import type { Pending, Request } from './pending.ts';
import { cursorAt, listResult, PAGE_ITEMS, placeOf } from './profile-answers.ts';
import type { Route, Routes } from './routes.ts';
import { CALL_TOOL, FIND_TOOLS, SEARCH_TOOLS, ToolSearch } from './search-mode.ts';

/** A legacy server's "no such resource". (MCP 2025-11-25, Resources, Error Handling) */
const RESOURCE_NOT_FOUND = -32_002;

/** How many running tasks are remembered for the way back to their server. */
const MAX_TASKS = 10_000;

/** What the conversation lends. */
export interface Asks {
  readonly pending: Pending;
  readonly lists: MemberLists;
  readonly routes: Routes;
  readonly members: () => readonly Member[];
  readonly profile: () => Profile;
  readonly era: () => Era;
  readonly pass: (request: Request, member: Member, frame: Frame) => void;
}

export class ProfileRequests {
  readonly #asks: Asks;
  readonly #search = new ToolSearch();
  /** The client's spelling of an address that it reads or watches, by server and the server's own. */
  readonly #addresses = new Map<string, string>();
  readonly #tasks = new Map<string, Member>();
  #logLevel: string | undefined;

  constructor(asks: Asks) {
    this.#asks = asks;
  }

  /** False for a method that a profile does not have. */
  begin(request: Request): boolean {
    switch (request.method) {
      case 'tools/call':
        this.#callTool(request);
        return true;
      case 'prompts/get':
        this.#named(request, 'prompts', request.frame, ['params', 'name']);
        return true;
      case 'completion/complete':
        this.#complete(request);
        return true;
      case 'resources/read':
      case 'resources/subscribe':
      case 'resources/unsubscribe':
        this.#resource(request, ['params', 'uri']);
        return true;
      case 'logging/setLevel':
        this.#setLevel(request);
        return true;
      default:
        return request.method.startsWith('tasks/') && this.#task(request);
    }
  }

  /** One page of a joined list. (MCP, Pagination) */
  list(request: Request, kind: ListKind): void {
    const { era, lists, pending, profile, routes } = this.#asks;
    const about = { profile: profile(), era: era(), kind };
    if (kind === 'tools' && profile().mode === 'search') {
      pending.end(request, resultFrame(request.id, listResult({ ...about, missing: [] }, SEARCH_TOOLS, undefined)));
      return;
    }
    const cursor = objectOf(request.frame.message['params'])?.['cursor'];
    const answer = (from: number) => {
      const list = routes.offered(kind);
      const end = from + PAGE_ITEMS;
      const next = end < list.offers.length ? cursorAt(list, end) : undefined;
      const items = list.offers.slice(from, end).map(({ bytes }) => bytes);
      const { missing } = lists.held(kind);
      pending.end(request, resultFrame(request.id, listResult({ ...about, missing }, items, next)));
    };
    if (cursor === undefined) {
      void lists.give(kind).then(() => answer(0));
      return;
    }
    const from = placeOf(routes.offered(kind), cursor);
    if (from !== undefined) answer(from);
    else
      pending.end(request, invalidParams(request.id, 'The list has changed since this cursor: list from the start.'));
  }

  /** What a member that has just been initialised must be told. */
  greet(member: Member): void {
    if (this.#logLevel === undefined || this.#asks.era() === 'modern' || !member.offers('logging')) return;
    // A server that refuses the level goes on with its own.
    member.request('logging/setLevel', { level: this.#logLevel }).catch(() => undefined);
  }

  /** The addresses among these that this member may have, as it knows them. */
  addressesOf(member: Member, uris: readonly string[]): string[] {
    return uris.flatMap((uri) => {
      const route = this.#asks.routes.certainAddress(uri);
      if (route === undefined) return [uri];
      if (route.member !== member) return [];
      this.#addresses.set(addressKey(member, route.key), uri);
      return [route.key];
    });
  }

  /** The client's own spelling of a member's address. */
  clientAddress(member: Member, uri: string): string {
    return this.#addresses.get(addressKey(member, uri)) ?? uri;
  }

  #callTool(request: Request): void {
    const { pending, profile } = this.#asks;
    const { frame, id } = request;
    const name = objectOf(frame.message['params'])?.['name'];
    if (profile().mode !== 'search' || (name !== FIND_TOOLS && name !== CALL_TOOL)) {
      this.#named(request, 'tools', frame, ['params', 'name']);
    } else if (name === FIND_TOOLS) void this.#findTools(request);
    else {
      const args = objectOf(objectOf(frame.message['params'])?.['arguments']);
      const wanted = textOf(args?.['name']);
      if (wanted === undefined) {
        pending.end(request, invalidParams(id, 'call_tool needs the name of a tool: find_tools gives it.'));
        return;
      }
      const source = memberSource(frame.bytes, ['params', 'arguments', 'arguments'])?.toString('utf8') ?? '{}';
      const params = { ...objectOf(frame.message['params']), name: wanted, arguments: args?.['arguments'] ?? {} };
      const inner = {
        ...frame,
        bytes: setMember(frame.bytes, ['params', 'arguments'], source),
        message: { ...frame.message, params },
      };
      this.#named(request, 'tools', withMember(inner, ['params', 'name'], wanted), ['params', 'name']);
    }
  }

  async #findTools(request: Request): Promise<void> {
    const { lists, pending, routes } = this.#asks;
    const args = objectOf(objectOf(request.frame.message['params'])?.['arguments']);
    const query = textOf(args?.['query']) ?? '';
    const limit = args?.['limit'];
    await lists.gather('tools', SEARCH_MS);
    const tools = this.#search.find(routes.offered('tools'), query, typeof limit === 'number' ? limit : undefined);
    const { missing } = lists.held('tools');
    const found = { tools, ...(missing.length > 0 && { notReachable: missing.map(({ server }) => server) }) };
    const modern = this.#asks.era() === 'modern' ? { resultType: 'complete' } : {};
    const result = { ...modern, content: [{ type: 'text', text: JSON.stringify(found) }] };
    pending.end(request, resultFrame(request.id, JSON.stringify(result)));
  }

  /** A request that names a tool or prompt at `path`. */
  #named(request: Request, kind: 'tools' | 'prompts', frame: Frame, path: readonly string[]): void {
    const name = textAt(frame, path);
    const known = name === undefined ? undefined : this.#asks.routes.known(kind, name);
    const go = (route: Route) => {
      if (kind === 'tools') request.onAnswer = (answer) => this.#noteTask(request, route.member, answer);
      this.#asks.pass(request, route.member, withMember(frame, path, route.key));
    };
    if (known !== undefined) go(known);
    else if (name === undefined) this.#unknown(request, kind, '');
    else {
      void this.#asks.routes.find(kind, name).then((route) => {
        if (request.ended) return;
        if (route === undefined) this.#unknown(request, kind, name);
        else go(route);
      });
    }
  }

  #unknown(request: Request, kind: 'tools' | 'prompts', name: string): void {
    const { lists, pending, profile } = this.#asks;
    const missing = lists.held(kind).missing.map(({ server }) => server);
    const what = kind === 'tools' ? 'tool' : 'prompt';
    const how =
      profile().mode === 'search' && kind === 'tools' ? 'Look for it with find_tools' : `List the ${kind} again`;
    const others = missing.length === 0 ? '' : ` Not reachable now: ${missing.join(', ')}.`;
    pending.end(
      request,
      invalidParams(
        request.id,
        `This profile offers no ${what} called ${JSON.stringify(name.slice(0, 128))}. ${how}.${others}`,
      ),
    );
  }

  #complete(request: Request): void {
    const ref = objectOf(objectOf(request.frame.message['params'])?.['ref']);
    if (ref?.['type'] === 'ref/resource') this.#resource(request, ['params', 'ref', 'uri']);
    else this.#named(request, 'prompts', request.frame, ['params', 'ref', 'name']);
  }

  /** A request that names an address at `path`; members that may have it are asked one after the other. */
  #resource(request: Request, path: readonly string[]): void {
    const { frame, id } = request;
    const uri = textAt(frame, path);
    if (uri === undefined) {
      this.#asks.pending.end(request, invalidParams(id, 'The address is missing.'));
      return;
    }
    const tryNext = (routes: readonly Route[]) => {
      const [route, ...others] = routes;
      if (request.ended) return;
      if (route === undefined) {
        this.#asks.pending.end(request, invalidParams(id, 'No server of this profile has this resource.'));
        return;
      }
      if (route.key !== uri) this.#addresses.set(addressKey(route.member, route.key), uri);
      request.onAnswer = (answer) => {
        if (others.length > 0 && isAbsent(answer)) tryNext(others);
        else this.#asks.pending.end(request, answer);
      };
      this.#asks.pass(request, route.member, route.key === uri ? frame : withMember(frame, path, route.key));
    };
    const certain = this.#asks.routes.certainAddress(uri);
    if (certain !== undefined) tryNext([certain]);
    else void this.#asks.routes.toAddress(uri).then(tryNext);
  }

  #setLevel(request: Request): void {
    this.#logLevel = textAt(request.frame, ['params', 'level']);
    for (const member of this.#asks.members()) if (member.isReady) this.greet(member);
    this.#asks.pending.end(request, resultFrame(request.id, '{}'));
  }

  /** A task lives at the server whose tool made it. */
  #noteTask(request: Request, member: Member, answer: Frame): void {
    const result = objectOf(answer.message['result']);
    const id = textOf(objectOf(result?.['task'])?.['taskId']) ?? textOf(result?.['taskId']);
    if (id !== undefined && this.#tasks.size < MAX_TASKS) this.#tasks.set(id, member);
    this.#asks.pending.end(request, answer);
  }

  #task(request: Request): boolean {
    const member = this.#tasks.get(textAt(request.frame, ['params', 'taskId']) ?? '');
    if (member !== undefined) this.#asks.pass(request, member, request.frame);
    return member !== undefined;
  }
}

function textAt(frame: Frame, path: readonly string[]): string | undefined {
  return textOf(path.reduce<unknown>((value, key) => objectOf(value)?.[key], frame.message));
}

function addressKey({ server }: Member, uri: string): string {
  return JSON.stringify([server, uri]);
}

/** The member does not have the resource, or cannot be asked: another one may have it. */
function isAbsent(answer: Frame): boolean {
  const error = objectOf(answer.message['error']);
  if (error === undefined) return false;
  const number = error['code'];
  const isOwn = objectOf(error['data'])?.['code'] !== undefined;
  return isOwn || number === RESOURCE_NOT_FOUND || number === INVALID_PARAMS || number === METHOD_NOT_FOUND;
}
