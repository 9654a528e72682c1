// Search mode: a client sees two tools, one that finds tools by words and one that calls them, so that hundreds of tools take no
// room in a model's context.
import MiniSearch from 'minisearch';
import { type JsonObject, objectOf, textOf } from '../../base/json-object.ts';
import type { Offer, OfferedList } from './offers.ts';

export const FIND_TOOLS = 'find_tools';
export const CALL_TOOL = 'call_tool';

const DEFAULT_LIMIT = 8;
const MAX_LIMIT = 50;
const MAX_DESCRIPTION_CHARS = 500;

/** Words that say nothing about a tool. */
const FILLERS = new Set(
  'a an and are as at be by can do for from how i in into is it me my of on or please some that the this to want with you your'.split(
    ' ',
  ),
);

export const SEARCH_TOOLS: readonly Buffer[] = [
  {
    name: FIND_TOOLS,
    title: 'Find tools',
    description:
      'Finds tools by what they do. Give a few words about the task; the answer names the best tools with their input schemas. Call one with call_tool.',
    inputSchema: {
      type: 'object',
      properties: {
        query: { type: 'string', description: 'What the tool should do, in a few words.' },
        limit: {
          type: 'integer',
          minimum: 1,
          maximum: MAX_LIMIT,
          description: `At most so many tools (default ${DEFAULT_LIMIT}).`,
        },
      },
      required: ['query'],
    },
    annotations: { readOnlyHint: true, openWorldHint: false },
  },
  {
    name: CALL_TOOL,
    title: 'Call a tool',
    description: 'Calls a tool that find_tools has named, with arguments that fit its input schema.',
    inputSchema: {
      type: 'object',
      properties: {
        name: { type: 'string', description: 'The name exactly as find_tools gave it.' },
        arguments: { type: 'object', description: 'The arguments of that tool.' },
      },
      required: ['name'],
    },
  },
].map((tool) => Buffer.from(JSON.stringify(tool)));

interface Found {
  readonly name: string;
  readonly server: string;
  readonly description: string;
  readonly inputSchema: unknown;
}

interface Document {
  readonly id: number;
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly parameters: string;
}

/** Finds tools in one offered list; the index is made at the first search and again when the list has changed. */
export class ToolSearch {
  #list: OfferedList | undefined;
  #index: MiniSearch<Document> | undefined;

  /** The best tools for the words, best first; the first of the list when there are no words. */
  find(list: OfferedList, query: string, limit = DEFAULT_LIMIT): Found[] {
    const most = Math.min(Math.max(1, Math.trunc(limit)), MAX_LIMIT);
    const offers =
      wordsOf(query).length === 0
        ? list.offers
        : this.#indexOf(list)
            .search(query)
            .flatMap(({ id }) => list.offers[id as number] ?? []);
    return offers.slice(0, most).map(describe);
  }

  #indexOf(list: OfferedList): MiniSearch<Document> {
    if (this.#index !== undefined && this.#list === list) return this.#index;
    const index = new MiniSearch<Document>({
      fields: ['name', 'title', 'description', 'parameters'],
      tokenize: wordsOf,
      // Already lower case and without fillers.
      processTerm: (term) => term,
      searchOptions: {
        boost: { name: 4, title: 3, parameters: 0.5 },
        prefix: (term) => term.length >= 3,
        fuzzy: (term) => (term.length >= 5 ? 0.2 : false),
        weights: { prefix: 0.4, fuzzy: 0.3 },
      },
    });
    index.addAll(list.offers.map(documentOf));
    this.#list = list;
    this.#index = index;
    return index;
  }
}

function documentOf(offer: Offer, id: number): Document {
  const tool = toolOf(offer);
  const properties = objectOf(objectOf(tool['inputSchema'])?.['properties']) ?? {};
  return {
    id,
    name: `${offer.server} ${offer.key}`,
    title: `${textOf(tool['title']) ?? ''} ${textOf(objectOf(tool['annotations'])?.['title']) ?? ''}`,
    description: textOf(tool['description']) ?? '',
    parameters: Object.entries(properties)
      .map(([name, schema]) => `${name} ${textOf(objectOf(schema)?.['description']) ?? ''}`)
      .join(' '),
  };
}

function describe(offer: Offer): Found {
  const tool = toolOf(offer);
  const description = textOf(tool['description']) ?? '';
  return {
    name: offer.as,
    server: offer.server,
    description:
      description.length > MAX_DESCRIPTION_CHARS ? `${description.slice(0, MAX_DESCRIPTION_CHARS)}…` : description,
    inputSchema: tool['inputSchema'],
  };
}

function toolOf({ bytes }: Offer): JsonObject {
  return objectOf(JSON.parse(bytes.toString('utf8'))) ?? {};
}

/** Lower-case words; `readTextFile` and `read_text_file` have three each. */
function wordsOf(text: string): string[] {
  return text
    .replace(/(?<=\p{Ll}|\d)(?=\p{Lu})/gu, ' ')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '' && !FILLERS.has(word));
}
