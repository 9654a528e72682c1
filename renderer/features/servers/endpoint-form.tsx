// The form of a server: name, type, and the fields of that type.
import { SegmentedControl, Select, TextInput, Textarea } from '@mantine/core';
import type { Draft, DraftProblems } from './draft.ts';
import { ValueRows } from './value-rows.tsx';

export interface EndpointFormProps {
  readonly draft: Draft;
  readonly onChange: (draft: Draft) => void;
  /** Shown only after the person asked to go on. */
  readonly problems: DraftProblems;
  readonly nameFixed?: boolean;
}

const REMOTE_TYPES = [
  { value: 'http-auto', label: 'HTTP, or SSE if the server is older' },
  { value: 'streamable-http', label: 'HTTP only' },
  { value: 'sse', label: 'SSE only' },
] as const;

export function EndpointForm({ draft, onChange, problems, nameFixed = false }: EndpointFormProps) {
  const set = (patch: Partial<Draft>): void => onChange({ ...draft, ...patch });
  const local = draft.type === 'stdio';
  return (
    <div className="stack">
      <div className="fields">
        <TextInput
          label="Name"
          description="letters, digits, dots, dashes and underscores"
          value={draft.name}
          error={problems.name}
          disabled={nameFixed}
          spellCheck={false}
          maxLength={64}
          onChange={(event) => set({ name: event.currentTarget.value })}
        />
        <div className="field labelled">
          <span className="mantine-InputWrapper-label" id="kind-label">
            Kind
          </span>
          <span className="mantine-InputWrapper-description">where the server runs</span>
          <SegmentedControl
            aria-labelledby="kind-label"
            value={local ? 'stdio' : 'remote'}
            data={[
              { value: 'stdio', label: 'Command on this computer' },
              { value: 'remote', label: 'URL' },
            ]}
            onChange={(value) => set({ type: value === 'stdio' ? 'stdio' : 'http-auto' })}
          />
        </div>
      </div>
      {local ? (
        <>
          <div className="fields">
            <TextInput
              label="Command"
              description="the program, by name or whole path"
              value={draft.command}
              error={problems.command}
              spellCheck={false}
              onChange={(event) => set({ command: event.currentTarget.value })}
            />
            <TextInput
              label="Working folder"
              description="whole path, empty for your home folder"
              value={draft.cwd}
              spellCheck={false}
              onChange={(event) => set({ cwd: event.currentTarget.value })}
            />
          </div>
          <Textarea
            label="Arguments"
            description="one per line, exactly as the program gets them"
            autosize
            minRows={3}
            maxRows={14}
            value={draft.args}
            spellCheck={false}
            classNames={{ input: 'mono' }}
            onChange={(event) => set({ args: event.currentTarget.value })}
          />
          <ValueRows
            label="Environment"
            noun="variable"
            rows={draft.env}
            error={problems.values}
            onChange={(env) => set({ env })}
          />
        </>
      ) : (
        <>
          <div className="fields">
            <TextInput
              label="URL"
              description="the MCP endpoint"
              value={draft.url}
              error={problems.url}
              spellCheck={false}
              onChange={(event) => set({ url: event.currentTarget.value })}
            />
            <Select
              label="Transport"
              description="how messages travel"
              allowDeselect={false}
              data={REMOTE_TYPES}
              value={draft.type}
              onChange={(value) => set({ type: value ?? 'http-auto' })}
            />
          </div>
          <ValueRows
            label="Headers"
            noun="header"
            rows={draft.headers}
            error={problems.values}
            onChange={(headers) => set({ headers })}
          />
        </>
      )}
    </div>
  );
}
