// What lies at an address: a card is shown, a catalog lists its servers, a bare endpoint goes to the form.
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'wouter';
import { PageHead } from '../../components/page-head.tsx';
import { Reason } from '../../components/reason.tsx';
import { SkeletonRows } from '../../components/skeleton-rows.tsx';
import { Visible } from '../../components/visible.tsx';
import { useApp } from '../../state/app-context.ts';
import { toFault } from '../../words/fault.ts';
import { counted } from '../../words/numbers.ts';
import { InstallPage } from './install-page.tsx';

export function UrlPage({ url }: { readonly url: string }) {
  const { queries } = useApp();
  const [entry, setEntry] = useState<string>();
  const found = useQuery({ ...queries.registry.discover.queryOptions({ input: { url } }), retry: false });
  const kind = found.data?.kind;
  if (entry !== undefined) return <InstallPage origin={{ kind: 'url', url, entry }} />;
  if (kind === 'card' || kind === 'server-json') return <InstallPage origin={{ kind: 'url', url }} />;
  return (
    <>
      <PageHead
        title="Address"
        sub={<Visible text={url} />}
        back={{ to: '/registry', label: 'Back to the registry' }}
      />
      <div className="body">
        {found.error && (
          <Reason fault={toFault(found.error)} action={{ label: 'Try again', run: () => void found.refetch() }} />
        )}
        {found.isPending && <SkeletonRows rows={4} height={42} />}
        {kind === 'endpoint' && (
          <section className="card cardb stack" aria-label="Endpoint">
            <p>An MCP server answers here and describes itself nowhere. Add it by its address.</p>
            <div>
              <Button component={Link} href="/add" variant="default">
                Add by address
              </Button>
            </div>
          </section>
        )}
        {found.data && kind === 'catalog' && (
          <section className="card" aria-label="Servers of this catalog">
            <ul className="plain lines">
              {found.data.servers.map((server) => (
                <li key={server.entry ?? server.name}>
                  <span className="grow el">
                    <b className="mono">
                      <Visible text={server.name} />
                    </b>{' '}
                    <span className="t2 sm">
                      <Visible text={`${server.version} ${server.description}`} />
                    </span>
                  </span>
                  <Button
                    variant="default"
                    size="compact-sm"
                    aria-label={`Open ${server.name}`}
                    onClick={() => setEntry(server.entry)}
                  >
                    Open
                  </Button>
                </li>
              ))}
            </ul>
            {found.data.skipped > 0 && (
              <p className="cardb t2 sm">
                {counted(found.data.skipped, 'entry', 'entries')} could not be read or are no servers.
              </p>
            )}
          </section>
        )}
      </div>
    </>
  );
}
