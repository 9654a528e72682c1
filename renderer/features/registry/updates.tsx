// Servers of yours for which their registry has news, each with the way to it.
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import type { Outdated } from '../../../shared/model/registry.ts';
import { Visible } from '../../components/visible.tsx';
import { useApp } from '../../state/app-context.ts';
import { counted } from '../../words/numbers.ts';
import { updatePath } from './registry-paths.ts';

/** The news of the registries, read at most every five minutes. */
export function useUpdates(): readonly Outdated[] {
  const { queries } = useApp();
  const { data = [] } = useQuery({ ...queries.registry.outdated.queryOptions(), staleTime: 300_000, retry: false });
  return data.filter(({ state, status }) => state === 'newer' || state === 'changed' || status === 'deleted');
}

export function Updates() {
  const news = useUpdates();
  if (news.length === 0) return null;
  return (
    <section className="card" aria-label="Updates">
      <div className="cardh">
        <h2>{counted(news.length, 'update')}</h2>
      </div>
      <ul className="plain lines">
        {news.map((one) => (
          <li key={one.name}>
            <span className="grow el">
              <b>{one.name}</b>{' '}
              <span className="t2">
                <Visible text={wordsOf(one)} />
              </span>
            </span>
            <Button
              component={Link}
              href={one.status === 'deleted' ? `/servers/${encodeURIComponent(one.name)}` : updatePath(one.name)}
              variant="default"
              size="compact-sm"
            >
              {one.status === 'deleted' ? 'Open server' : 'Review update'}
            </Button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function wordsOf({ state, status, version, latest }: Outdated): string {
  if (status === 'deleted') return 'was deleted from its registry, mostly for harm. Remove it.';
  if (state === 'changed') return `${version}: the registry says something else about this version now.`;
  return `${version} → ${latest ?? ''}`;
}
