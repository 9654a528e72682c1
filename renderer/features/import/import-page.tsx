// Import at any time: from the clients on this computer, from a file, or from pasted text.
import { Button, SegmentedControl, Select, TextInput, Textarea } from '@mantine/core';
import { IconArrowRight } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useLocation } from 'wouter';
import { PageHead } from '../../components/page-head.tsx';
import { useApp } from '../../state/app-context.ts';
import { toast } from '../../state/toast.tsx';
import { counted } from '../../words/numbers.ts';
import { useServerActions } from '../servers/use-server-actions.ts';
import { ImportFindings } from './import-findings.tsx';
import { doneWords } from './import-words.ts';
import { type ImportSource, useImport } from './use-import.ts';

type Way = 'clients' | 'file' | 'text';

export function ImportPage() {
  const { bridge, queries } = useApp();
  const [, navigate] = useLocation();
  const actions = useServerActions();
  const state = useImport();
  const [way, setWay] = useState<Way>('clients');
  const [client, setClient] = useState<string | null>(null);
  const [path, setPath] = useState('');
  const [text, setText] = useState('');
  const clients = useQuery(queries.clients.list.queryOptions());
  const found = (clients.data ?? []).filter((info) => info.found);
  const source: ImportSource =
    way === 'file' ? { path: path.trim() } : way === 'text' ? { text } : client === null ? {} : { client };
  const ready = way === 'clients' || (way === 'file' ? path.trim() !== '' : text.trim() !== '');
  const { look } = state;
  useEffect(() => look({}), []);
  const chooseFile = async (): Promise<void> => {
    const chosen = await bridge.powers.chooseFile?.();
    if (chosen !== undefined) setPath(chosen);
  };
  const apply = async (): Promise<void> => {
    const done = await state.apply();
    if (!done) return;
    toast(doneWords(done.added.length, done.skipped), { label: 'Undo', run: () => void actions.undo() });
    navigate('/servers');
  };
  return (
    <>
      <PageHead
        title="Import servers"
        sub="Files are only read. Nothing is started, and no client is changed."
        back={{ to: '/servers', label: 'Back to servers' }}
      />
      <div className="body">
        <form
          className="card cardb stack"
          aria-label="Where to look"
          onSubmit={(event) => {
            event.preventDefault();
            if (ready) look(source);
          }}
        >
          <div className="row wrap">
            <SegmentedControl
              aria-label="Import from"
              value={way}
              onChange={(value) => {
                setWay(value);
                state.clear();
                if (value === 'clients') look({});
              }}
              data={[
                { value: 'clients', label: 'Clients' },
                { value: 'file', label: 'File' },
                { value: 'text', label: 'Pasted text' },
              ]}
            />
            {way === 'clients' && (
              <Select
                className="grow"
                aria-label="Client"
                placeholder="All clients"
                clearable
                value={client}
                data={found.map((info) => ({ value: info.id, label: info.displayName }))}
                onChange={setClient}
              />
            )}
            {way === 'file' && (
              <TextInput
                className="grow"
                aria-label="Whole path of the file"
                placeholder="Whole path of the file"
                value={path}
                spellCheck={false}
                onChange={(event) => setPath(event.currentTarget.value)}
              />
            )}
            {way === 'file' && bridge.powers.chooseFile && (
              <Button variant="default" onClick={() => void chooseFile()}>
                Choose file
              </Button>
            )}
            <Button className="end" type="submit" variant="default" disabled={!ready} loading={state.planning}>
              Look
            </Button>
          </div>
          {way === 'text' && (
            <Textarea
              aria-label="Pasted text"
              placeholder="Paste the whole file of a client, or a part of it"
              autosize
              minRows={4}
              maxRows={14}
              spellCheck={false}
              classNames={{ input: 'mono' }}
              value={text}
              onChange={(event) => setText(event.currentTarget.value)}
            />
          )}
        </form>
        <ImportFindings state={state} clients={clients.data ?? []} again={() => look(source)} />
      </div>
      <footer className="foot">
        <span className="t2">
          {state.plan
            ? `${state.chosen.size} of ${counted(state.plan.rows.length, 'server')} chosen`
            : 'Nothing chosen yet'}
        </span>
        <Button
          className="end"
          rightSection={<IconArrowRight size={14} />}
          disabled={state.chosen.size === 0}
          loading={state.applying}
          onClick={() => void apply()}
        >
          Import {counted(state.chosen.size, 'server')}
        </Button>
      </footer>
    </>
  );
}
