// What a person can do with a server, each with its toast and its way back.
import { useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useApp } from '../../state/app-context.ts';
import { toast, toastFault } from '../../state/toast.tsx';
import { toFault } from '../../words/fault.ts';

export interface ServerActions {
  readonly start: (name: string) => Promise<boolean>;
  readonly stop: (name: string) => Promise<boolean>;
  readonly restart: (name: string) => Promise<boolean>;
  /** Approves what the person was shown, then starts it. */
  readonly approve: (name: string, digest: string) => Promise<boolean>;
  readonly setEnabled: (name: string, enabled: boolean) => Promise<boolean>;
  readonly remove: (name: string) => Promise<boolean>;
  readonly rename: (name: string, to: string) => Promise<boolean>;
  /** Copies a link that brings the server to someone else, or the text of a file when a link would be too long. */
  readonly share: (name: string) => Promise<boolean>;
  /** Puts the catalog back as it was before the last change. */
  readonly undo: () => Promise<boolean>;
}

/** Actions that answer true when they were done; a failure has been shown already. */
export function useServerActions(): ServerActions {
  const { client, queries } = useApp();
  const queryClient = useQueryClient();
  return useMemo(() => {
    const refresh = (): Promise<void> => queryClient.invalidateQueries({ queryKey: queries.catalog.key() });
    const attempt = async (work: () => Promise<unknown>, done: string, undoable = false): Promise<boolean> => {
      try {
        await work();
        if (undoable) await refresh();
        if (undoable) toast(done, { label: 'Undo', run: () => void undo() });
        else toast(done);
        return true;
      } catch (error) {
        toastFault(toFault(error));
        return false;
      }
    };
    const undo = async (): Promise<boolean> => {
      try {
        const { undone } = await client.catalog.undo();
        await refresh();
        toast(`Undone: ${undone}`);
        return true;
      } catch (error) {
        toastFault(toFault(error));
        return false;
      }
    };
    return {
      start: (name) => attempt(() => client.servers.start({ name }), `${name} is starting`),
      stop: (name) => attempt(() => client.servers.stop({ name }), `${name} stopped`),
      restart: (name) => attempt(() => client.servers.restart({ name }), `${name} is restarting`),
      approve: (name, digest) =>
        attempt(async () => {
          await client.servers.approve({ name, digest });
          await client.servers.start({ name });
        }, `${name} was approved and is starting`),
      share: async (name) => {
        try {
          const { link, text, limit } = await client.portable.share({ servers: [name] });
          await navigator.clipboard.writeText(link ?? text);
          toast(link === undefined ? `Longer than ${limit} characters: copied as a catalog file` : 'Link copied');
          return true;
        } catch (error) {
          toastFault(toFault(error));
          return false;
        }
      },
      setEnabled: (name, enabled) =>
        attempt(
          () => client.catalog.setEnabled({ name, enabled }),
          `${name} is ${enabled ? 'enabled' : 'switched off'}`,
          true,
        ),
      remove: (name) => attempt(() => client.catalog.remove({ name }), `${name} was removed`, true),
      rename: (name, to) => attempt(() => client.catalog.rename({ name, to }), `${name} is now ${to}`, true),
      undo,
    };
  }, [client, queries, queryClient]);
}
