// What an import did, with the way back and the ways on.
import { Button } from '@mantine/core';
import { IconLock } from '@tabler/icons-react';
import { useEffect, useRef } from 'react';
import { Link } from 'wouter';
import type { ImportDone } from '../../../shared/model/import-result.ts';
import { Mark } from '../../components/mark.tsx';
import { Visible } from '../../components/visible.tsx';
import { counted } from '../../words/numbers.ts';

export function ImportResultCard({ done, onUndo }: { readonly done: ImportDone; readonly onUndo: () => void }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return (
    <section className="card cardb stack" aria-label="What was imported">
      <h2 ref={heading} tabIndex={-1} className="row section">
        <Mark kind="ready" size={16} />
        {counted(done.added.length, 'server')} added
        {done.skipped.length > 0 ? `, ${done.skipped.length} left out` : ''}
      </h2>
      {done.skipped.length > 0 && (
        <ul className="plain sm t2">
          {done.skipped.map((row) => (
            <li key={row.name} className="anywhere">
              <b>
                <Visible text={row.name} />
              </b>
              : <Visible text={row.message} /> <span className="mono t3">{row.code}</span>
            </li>
          ))}
        </ul>
      )}
      {done.secrets.length > 0 && (
        <div className="row sm t2">
          <IconLock size={14} aria-hidden className="none" />
          {counted(done.secrets.length, 'secret is', 'secrets are')} in the keychain now. The client’s file still holds
          its own copy until you export to it.
        </div>
      )}
      <div className="row wrap">
        <Button component={Link} href="/servers">
          Show servers
        </Button>
        <Button component={Link} href="/export" variant="default">
          Export to a client
        </Button>
        <Button variant="default" onClick={onUndo}>
          Undo
        </Button>
      </div>
    </section>
  );
}
