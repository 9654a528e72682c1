// The left side of an export: which client, what stops the write, what is written where, and how it is reached.
import { Radio, Select, TextInput } from '@mantine/core';
import type { ClientInfo, ExportPlan } from '../../../shared/model/import-result.ts';
import { Reason } from '../../components/reason.tsx';
import { useSnapshot } from '../../state/app-context.ts';
import { faultOf } from '../../words/fault.ts';
import { ClientPicker } from './client-picker.tsx';
import { blockerStep, MODES, MODE_WORDS, type ExportMode } from './export-words.ts';

/** What a person chose for an export. */
export interface ExportWish {
  readonly mode: ExportMode;
  readonly scope: 'user' | 'project';
  /** Project folder as typed. */
  readonly folder: string;
  /** `all`, `server NAME` or `profile NAME`. */
  readonly what: string;
}

export interface ExportChoicesProps {
  readonly clients: readonly ClientInfo[];
  readonly chosen: string | undefined;
  readonly wish: ExportWish;
  readonly blockers: ExportPlan['blockers'];
  readonly onChoose: (id: string) => void;
  readonly onWish: (wish: ExportWish) => void;
  readonly onAgain: () => void;
}

/** A longer list is searched by typing. */
const MOST_OPTIONS = 200;

export function ExportChoices({ clients, chosen, wish, blockers, onChoose, onWish, onAgain }: ExportChoicesProps) {
  const { servers, profiles } = useSnapshot();
  const isProfile = wish.what.startsWith('profile ');
  const what = [
    { group: 'All', items: [{ value: 'all', label: 'All servers that are switched on' }] },
    { group: 'Profiles', items: profiles.map(({ name }) => ({ value: `profile ${name}`, label: `Profile ${name}` })) },
    { group: 'Servers', items: servers.map(({ name }) => ({ value: `server ${name}`, label: name })) },
  ].filter(({ items }) => items.length > 0);
  return (
    <div className="stack scroll">
      <ClientPicker clients={clients} chosen={chosen} onChoose={onChoose} />
      {blockers.map((blocker) => (
        <Reason
          key={blocker.code}
          tone="warn"
          fault={{ ...faultOf(blocker), cause: blocker.message }}
          action={{ label: blockerStep(blocker), run: onAgain }}
        />
      ))}
      <section className="card cardb stack" aria-label="What is written where">
        <Select
          label="What is written"
          value={wish.what}
          data={what}
          searchable
          limit={MOST_OPTIONS}
          allowDeselect={false}
          nothingFoundMessage="Nothing matches."
          onChange={(value) => {
            if (value === null) return;
            const mode = value.startsWith('profile ') && wish.mode === 'direct' ? 'connect' : wish.mode;
            onWish({ ...wish, what: value, mode });
          }}
        />
        <Radio.Group
          label="For"
          value={wish.scope}
          onChange={(value) => onWish({ ...wish, scope: value === 'project' ? 'project' : 'user' })}
        >
          <div className="row" style={{ marginTop: 6 }}>
            <Radio size="xs" value="user" label="All my projects" />
            <Radio size="xs" value="project" label="One project" />
          </div>
        </Radio.Group>
        {wish.scope === 'project' && (
          <TextInput
            label="Project folder"
            placeholder="Whole path of the folder"
            value={wish.folder}
            spellCheck={false}
            onChange={(event) => onWish({ ...wish, folder: event.currentTarget.value })}
          />
        )}
      </section>
      <section className="card cardb" aria-label="How the client reaches the servers">
        <Radio.Group
          label="How the client reaches the servers"
          value={wish.mode}
          onChange={(value) => onWish({ ...wish, mode: MODES.find((mode) => mode === value) ?? 'connect' })}
        >
          <div className="stack" style={{ marginTop: 10 }}>
            {MODES.map((mode) => (
              <Radio
                key={mode}
                size="xs"
                value={mode}
                label={MODE_WORDS[mode].label}
                description={MODE_WORDS[mode].description}
                disabled={isProfile && mode === 'direct'}
              />
            ))}
          </div>
        </Radio.Group>
      </section>
    </div>
  );
}
