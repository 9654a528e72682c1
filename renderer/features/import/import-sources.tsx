// Where an import looks: clients on this computer, a file, or a text that was pasted or dropped.
import { Button, SegmentedControl, Select, TextInput, Textarea } from '@mantine/core';
import { useState } from 'react';
import type { ClientInfo } from '../../../shared/model/import-result.ts';
import { useApp } from '../../state/app-context.ts';
import { toast } from '../../state/toast.tsx';
import { detectPaste } from '../servers/paste-detect.ts';
import { clientOptions } from './client-options.ts';
import { importText } from './import-text.ts';
import type { ImportSource } from './use-import.ts';

type Way = 'clients' | 'file' | 'text';

export interface ImportSourcesProps {
  readonly clients: readonly ClientInfo[];
  readonly planning: boolean;
  readonly onLook: (source: ImportSource) => void;
  readonly onClear: () => void;
}

/** What the host reads at most; more is no configuration. */
const MAX_BYTES = 16 * 1024 * 1024;

export function ImportSources({ clients, planning, onLook, onClear }: ImportSourcesProps) {
  const { bridge } = useApp();
  const [way, setWay] = useState<Way>('clients');
  const [client, setClient] = useState<string | null>(null);
  const [folder, setFolder] = useState('');
  const [path, setPath] = useState('');
  const [text, setText] = useState('');
  const source = sourceOf(way, { client, folder, path, text });
  const words = way === 'text' ? pasteWords(text) : undefined;
  const chooseFile = async (): Promise<void> => {
    const chosen = await bridge.powers.chooseFile?.();
    if (chosen !== undefined) setPath(chosen);
  };
  const takeFile = async (file: File): Promise<void> => {
    if (file.size > MAX_BYTES) {
      toast(`${file.name} is larger than 16 MiB and was not read`);
      return;
    }
    const dropped = await file.text();
    setWay('text');
    setText(dropped);
    onLook({ text: dropped });
  };
  return (
    <form
      className="card cardb stack"
      aria-label="Where to look"
      onSubmit={(event) => {
        event.preventDefault();
        if (source) onLook(source);
      }}
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        event.preventDefault();
        const [file] = event.dataTransfer.files;
        if (file) void takeFile(file);
      }}
    >
      <div className="row wrap">
        <SegmentedControl
          aria-label="Import from"
          value={way}
          onChange={(value) => {
            setWay(value);
            onClear();
            if (value === 'clients') onLook({});
          }}
          data={[
            { value: 'clients', label: 'Clients' },
            { value: 'file', label: 'File' },
            { value: 'text', label: 'Pasted text' },
          ]}
        />
        {way === 'clients' && (
          <>
            <Select
              className="grow"
              aria-label="Client"
              placeholder="All clients"
              clearable
              searchable
              nothingFoundMessage="Nothing matches."
              value={client}
              data={clientOptions(clients)}
              onChange={setClient}
            />
            <TextInput
              className="grow"
              aria-label="Project folder, if its files shall be read too"
              placeholder="Project folder, optional"
              value={folder}
              spellCheck={false}
              onChange={(event) => setFolder(event.currentTarget.value)}
            />
          </>
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
        <Button className="end" type="submit" variant="default" disabled={!source} loading={planning}>
          Look
        </Button>
      </div>
      {way === 'text' && (
        <Textarea
          aria-label="Pasted text"
          placeholder="Paste a file of any client, a part of it, an install link, a URL or a command line"
          autosize
          minRows={4}
          maxRows={14}
          spellCheck={false}
          classNames={{ input: 'mono' }}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
      )}
      <div className="sm t2" role="status">
        {words ?? 'A file can also be dropped here. It is only read.'}
      </div>
    </form>
  );
}

/** Undefined while something is missing. */
function sourceOf(
  way: Way,
  { client, folder, path, text }: { client: string | null; folder: string; path: string; text: string },
): ImportSource | undefined {
  if (way === 'file') return path.trim() === '' ? undefined : { path: path.trim() };
  if (way === 'text') return text.trim() === '' ? undefined : { text: importText(text) };
  return {
    ...(client === null ? {} : { client }),
    ...(folder.trim() === '' ? {} : { projectDir: folder.trim() }),
  };
}

/** What a short text is taken for; files and links are told by what is found in them. */
function pasteWords(text: string): string | undefined {
  if (text.trim() === '' || importText(text) === text) return undefined;
  const detected = detectPaste(text.trim());
  return 'words' in detected ? `${detected.words}.` : undefined;
}
