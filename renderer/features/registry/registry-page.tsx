// Registry: servers that others describe, found by name in a registry or read at an address.
import { Button, Select, TextInput } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useLocation } from 'wouter';
import { Empty } from '../../components/empty.tsx';
import { Note } from '../../components/note.tsx';
import { PageHead } from '../../components/page-head.tsx';
import { Reason } from '../../components/reason.tsx';
import { SkeletonRows } from '../../components/skeleton-rows.tsx';
import { useApp } from '../../state/app-context.ts';
import { useNow } from '../../state/use-now.ts';
import { toFault } from '../../words/fault.ts';
import { counted } from '../../words/numbers.ts';
import { ago } from '../../words/time.ts';
import { serverPath, urlPath } from './registry-paths.ts';
import { RegistryList } from './registry-list.tsx';
import { Updates } from './updates.tsx';

export function RegistryPage() {
  const { client, queries } = useApp();
  const [, navigate] = useLocation();
  const now = useNow();
  const sources = useQuery(queries.registry.sources.queryOptions());
  const [registry, setRegistry] = useState('official');
  const [words, setWords] = useState('');
  const [text, setText] = useState('');
  const found = useInfiniteQuery({
    queryKey: [...queries.registry.search.key(), registry, text],
    queryFn: ({ pageParam }) =>
      client.registry.search({ registry, text, ...(pageParam !== '' && { cursor: pageParam }) }),
    initialPageParam: '',
    getNextPageParam: (page) => page.nextCursor,
  });
  const pages = found.data?.pages ?? [];
  const servers = pages.flatMap((page) => page.servers);
  const skipped = pages.reduce((sum, page) => sum + page.skipped, 0);
  const offline = pages.find((page) => page.offline !== undefined);
  const isAddress = /^https?:\/\//i.test(words.trim());
  return (
    <>
      <PageHead
        title="Registry"
        sub="Servers that others describe. Nothing is added before you have seen all of it."
        back={{ to: '/servers', label: 'Back to servers' }}
      />
      <div className="body fillbody">
        <form
          className="row wrap"
          role="search"
          aria-label="Registry"
          onSubmit={(event) => {
            event.preventDefault();
            if (isAddress) navigate(urlPath(words.trim()));
            else setText(words.trim());
          }}
        >
          <TextInput
            className="grow"
            aria-label="Name of a server, or the address of a server, card or catalog"
            placeholder="Name, or the address of a server, card or catalog"
            value={words}
            spellCheck={false}
            onChange={(event) => setWords(event.currentTarget.value)}
          />
          <Select
            aria-label="Registry to search"
            allowDeselect={false}
            value={registry}
            data={(sources.data ?? [{ name: 'official' }]).map(({ name }) => name)}
            onChange={(name) => setRegistry(name ?? 'official')}
          />
          <Button type="submit" variant="default">
            {isAddress ? 'Look there' : 'Search'}
          </Button>
        </form>
        <Updates />
        {offline?.offline && (
          <Note
            tone="warn"
            title={`Showing the list saved ${ago(offline.readAt, now)}.`}
            text={offline.offline.message}
          />
        )}
        {found.error ? (
          <Reason fault={toFault(found.error)} action={{ label: 'Try again', run: () => void found.refetch() }} />
        ) : (
          <section className="card column fill grow" aria-label="Servers found">
            {found.isPending ? (
              <SkeletonRows rows={8} height={52} />
            ) : servers.length === 0 ? (
              <Empty text="Nothing of that name.">
                <Button
                  variant="default"
                  onClick={() => {
                    setWords('');
                    setText('');
                  }}
                >
                  Show all
                </Button>
              </Empty>
            ) : (
              <RegistryList
                servers={servers}
                more={found.hasNextPage && !found.isFetchingNextPage}
                onMore={() => void found.fetchNextPage()}
                onOpen={(server) => navigate(serverPath(registry, server))}
              />
            )}
          </section>
        )}
        {skipped > 0 && (
          <p className="t2 sm">Left out: {counted(skipped, 'entry', 'entries')} that could not be read.</p>
        )}
      </div>
    </>
  );
}
