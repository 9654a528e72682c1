// One tool: what the server says about it, a form for its input, calling it, and the result.
import { ActionIcon, Button, Switch, Textarea } from '@mantine/core';
import { IconChevronLeft, IconPlayerPlay } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import type { Tool } from '../../../shared/model/tool.ts';
import { Foreign } from '../../components/foreign.tsx';
import { Visible } from '../../components/visible.tsx';
import { CallResult } from './call-result.tsx';
import { Fields } from './schema-fields.tsx';
import { needsJson, rootField, type Typed } from './schema-form.ts';
import { argumentsOf, isGroup, type Problem, typedOf } from './schema-values.ts';
import { canBeTask, effectOf } from './tool-words.ts';
import { useCall } from './use-call.ts';

export function ToolDetail({
  server,
  tool,
  onBack,
}: {
  readonly server: string;
  readonly tool: Tool;
  readonly onBack: () => void;
}) {
  const root = useMemo(() => rootField(tool.inputSchema), [tool]);
  const jsonOnly = needsJson(tool.inputSchema);
  const call = useCall(server);
  const [typed, setTyped] = useState<Typed>({});
  const [json, setJson] = useState<string | undefined>(jsonOnly ? '{}' : undefined);
  const [asTask, setAsTask] = useState(false);
  const [problems, setProblems] = useState<readonly Problem[]>([]);

  const send = (): void => {
    if (json !== undefined) {
      const value = parseObject(json);
      if (!value) setProblems([{ path: '', message: 'The arguments must be a JSON object.' }]);
      else {
        setProblems([]);
        call.run(tool.name, value, asTask);
      }
      return;
    }
    const made = argumentsOf(root, typed);
    setProblems(made.problems);
    if (made.problems.length === 0) call.run(tool.name, made.value, asTask);
  };
  const toggle = (): void => {
    setProblems([]);
    if (json === undefined) setJson(JSON.stringify(argumentsOf(root, typed).value, null, 2));
    else {
      setTyped(typedOf(root, parseObject(json) ?? {}));
      setJson(undefined);
    }
  };
  const running = call.state.state === 'running';
  return (
    <section className="card column item-detail" aria-label={`Tool ${tool.name}`}>
      <div className="cardh" style={{ minHeight: 42 }}>
        <ActionIcon
          className="only-narrow"
          variant="subtle"
          color="gray"
          size={26}
          aria-label="Back to tools"
          onClick={onBack}
        >
          <IconChevronLeft size={16} />
        </ActionIcon>
        <h2 className="mono" style={{ fontSize: 13 }} title={tool.name}>
          <Visible text={tool.name} />
        </h2>
        <span className="chip">{effectOf(tool)}</span>
        <span className="r hide-narrow">{effectOf(tool) === 'Not stated' ? '' : 'as the server claims'}</span>
      </div>
      <div className="panelbody" style={{ gap: 12 }}>
        {tool.description !== undefined && tool.description !== '' && <Foreign text={tool.description} from={server} />}
        <form
          className="stack"
          aria-label="Input"
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            send();
          }}
        >
          {json === undefined ? (
            <Fields
              fields={root.fields}
              held={isGroup(typed) ? typed : {}}
              path=""
              problems={problems}
              onChange={setTyped}
            />
          ) : (
            <Textarea
              label="Arguments"
              description="a JSON object"
              autosize
              minRows={5}
              maxRows={20}
              spellCheck={false}
              classNames={{ input: 'mono' }}
              value={json}
              error={problems[0]?.message}
              onChange={(event) => setJson(event.currentTarget.value)}
            />
          )}
          {json === undefined && root.fields.length === 0 && <span className="t2">This tool takes no input.</span>}
          <div className="row wrap">
            <Button type="submit" leftSection={<IconPlayerPlay size={13} />} disabled={running}>
              Call tool
            </Button>
            {!jsonOnly && (
              <Button variant="subtle" onClick={toggle}>
                {json === undefined ? 'Show as JSON' : 'Show as form'}
              </Button>
            )}
            {canBeTask(tool) && (
              <Switch
                size="xs"
                label="Run as a task"
                checked={asTask}
                onChange={(event) => setAsTask(event.currentTarget.checked)}
              />
            )}
            <span className="sm t3 end">It is written to the audit log.</span>
          </div>
        </form>
        <CallResult call={call} server={server} />
      </div>
    </section>
  );
}

function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
