// The matrix and the processes, asked for again when sessions change and every few seconds while they are looked at.
import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useApp, useSnapshot } from '../../state/app-context.ts';

const EVERY_MS = 10_000;

export function useMatrix() {
  const { queries } = useApp();
  const { sessions, servers } = useSnapshot();
  const queryClient = useQueryClient();
  const live = sessions.map(({ id, inFlight }) => `${id} ${inFlight > 0}`).join();
  const names = servers.map(({ name }) => name).join();
  useEffect(() => {
    void queryClient.invalidateQueries({ queryKey: queries.connections.key() });
  }, [live, names, queries, queryClient]);
  return useQuery({
    ...queries.connections.matrix.queryOptions(),
    refetchInterval: EVERY_MS,
    placeholderData: keepPreviousData,
  });
}

export function useProcesses() {
  const { queries } = useApp();
  return useQuery({ ...queries.connections.processes.queryOptions(), refetchInterval: EVERY_MS });
}
