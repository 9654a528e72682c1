// The pages of the record list, newest first, and how many newer records wait above.
import { useInfiniteQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useState } from 'react';
import type { AuditFilter, AuditSummary } from '../../../shared/model/audit-record.ts';
import { useApp } from '../../state/app-context.ts';
import { onNewRecords } from '../../state/new-records.ts';
import { matchesFilter } from './record-filter.ts';

const PAGE = 500;

export interface Records {
  readonly records: readonly AuditSummary[];
  readonly matching: number;
  readonly total: number;
  /** Matching records that arrived after the list was read. */
  readonly newer: number;
  readonly loading: boolean;
  readonly error: unknown;
  readonly more: boolean;
  readonly loadMore: () => void;
  /** Reads the list again from the top. */
  readonly refresh: () => void;
}

export function useRecords(filter: AuditFilter): Records {
  const { client } = useApp();
  const query = useInfiniteQuery({
    queryKey: ['records', filter],
    queryFn: ({ pageParam, signal }) =>
      client.audit.list({ filter, limit: PAGE, ...(pageParam === 0 ? {} : { beforeSeq: pageParam }) }, { signal }),
    initialPageParam: 0,
    getNextPageParam: (page) => page.nextBeforeSeq,
    gcTime: 0,
  });
  const [newer, setNewer] = useState(0);
  useEffect(() => {
    setNewer(0);
    return onNewRecords((records) => {
      const fit = records.filter((record) => matchesFilter(record, filter)).length;
      if (fit > 0) setNewer((held) => held + fit);
    });
  }, [filter]);
  const records = useMemo(() => query.data?.pages.flatMap((page) => page.records) ?? [], [query.data]);
  const first = query.data?.pages[0];
  const { refetch, fetchNextPage, hasNextPage, isFetchingNextPage } = query;
  return {
    records,
    matching: first?.matching ?? 0,
    total: first?.total ?? 0,
    newer,
    loading: query.isPending,
    error: query.error ?? undefined,
    more: hasNextPage,
    loadMore: () => {
      if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
    },
    refresh: () => {
      setNewer(0);
      void refetch();
    },
  };
}
