// The tools that each server last listed, so that a list in a window does not start a server every time.
import type { Caller } from '../core/audit/audit-event.ts';
import type { ToolList } from '../shared/model/tool.ts';

export interface ToolCache {
  /**
   * The kept list, or a fresh one when there is none or `refresh` is set. Callers at the same time share one request;
   * the server sees the first of them.
   */
  list(server: string, refresh: boolean, caller: Caller): Promise<ToolList>;
  /** The kept list of `server` is no longer true. */
  forget(server: string): void;
}

/** `fetch` asks the server itself in the name of `caller` and throws what it throws. */
export function createToolCache(fetch: (server: string, caller: Caller) => Promise<ToolList>): ToolCache {
  const lists = new Map<string, Promise<ToolList>>();
  return {
    list: (server, refresh, caller) => {
      const known = refresh ? undefined : lists.get(server);
      if (known !== undefined) return known;
      const list = fetch(server, caller);
      lists.set(server, list);
      list.catch(() => {
        if (lists.get(server) === list) lists.delete(server);
      });
      return list;
    },
    forget: (server) => {
      lists.delete(server);
    },
  };
}
