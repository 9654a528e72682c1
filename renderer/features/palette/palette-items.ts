// What the palette offers and how a query finds it. Pure: groups in fixed order, prefixes narrow to one group.
import type { MarkKind } from '../../words/states.ts';

const GROUPS = ['Needs you', 'Servers', 'Tools', 'Go to', 'Commands', 'Records'] as const;
export type PaletteGroup = (typeof GROUPS)[number];

export interface PaletteItem {
  readonly id: string;
  readonly group: PaletteGroup;
  readonly text: string;
  readonly detail?: string;
  readonly mark?: MarkKind;
  readonly keys?: string;
  /** The text is a name that somebody else gave and is shown in mono. */
  readonly mono?: boolean;
  readonly run: () => void;
}

const PER_GROUP = 6;
const PREFIXES: Readonly<Record<string, PaletteGroup>> = { '>': 'Commands', '@': 'Servers' };

/** The items for a query, by group in fixed order: name hits before detail hits, at most six a group. */
export function findItems(
  items: readonly PaletteItem[],
  query: string,
): { group: PaletteGroup; items: PaletteItem[] }[] {
  const trimmed = query.trim();
  const only = PREFIXES[trimmed.charAt(0)];
  const words = (only === undefined ? trimmed : trimmed.slice(1)).toLowerCase().split(/\s+/).filter(Boolean);
  return GROUPS.flatMap((group) => {
    if (only !== undefined && group !== only) return [];
    const held = items.filter((item) => item.group === group);
    const found = held.filter((item) =>
      words.every((word) => `${item.text} ${item.detail ?? ''}`.toLowerCase().includes(word)),
    );
    const rank = (item: PaletteItem): number => (words.every((word) => item.text.toLowerCase().includes(word)) ? 0 : 1);
    const sorted = found.map((item) => [rank(item), item] as const).sort(([a], [b]) => a - b);
    const shown = sorted.map(([, item]) => item).slice(0, only === undefined ? PER_GROUP : 50);
    return shown.length === 0 ? [] : [{ group, items: shown }];
  });
}

/** The record number of a query such as `#48,213`. */
export function recordNumber(query: string): number | undefined {
  const digits = /^#\s*([\d,]{1,15})$/.exec(query.trim())?.[1]?.replaceAll(',', '');
  return digits === undefined || digits === '' ? undefined : Number(digits);
}

/** `text` cut where `query` matches, for weight and accent. */
export function markedParts(text: string, query: string): { readonly text: string; readonly hit: boolean }[] {
  const word =
    query
      .replace(/^[>@#]/, '')
      .trim()
      .toLowerCase()
      .split(/\s+/)[0] ?? '';
  const at = word === '' ? -1 : text.toLowerCase().indexOf(word);
  if (at === -1) return [{ text, hit: false }];
  return [
    { text: text.slice(0, at), hit: false },
    { text: text.slice(at, at + word.length), hit: true },
    { text: text.slice(at + word.length), hit: false },
  ].filter((part) => part.text !== '');
}
