// The tools of a server: a filtered list on the left, the chosen tool on the right.
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { ServerStatus } from '../../../shared/model/server-status.ts';
import type { Tool } from '../../../shared/model/tool.ts';
import { Empty } from '../../components/empty.tsx';
import { Reason } from '../../components/reason.tsx';
import { SkeletonRows } from '../../components/skeleton-rows.tsx';
import { useApp, useSnapshot } from '../../state/app-context.ts';
import { toFault } from '../../words/fault.ts';
import { ToolDetail } from './tool-detail.tsx';
import { ToolList } from './tool-list.tsx';

export function ToolsTab({ status }: { readonly status: ServerStatus }) {
  const { client, queries } = useApp();
  const { settings } = useSnapshot();
  const list = useQuery(queries.tools.list.queryOptions({ input: { name: status.name } }));
  const [chosen, setChosen] = useState<string>();
  const [narrowOpen, setNarrowOpen] = useState(false);
  const again = async (): Promise<void> => {
    await client.tools.list({ name: status.name, refresh: true }).catch(() => undefined);
    await list.refetch();
  };
  if (list.error) {
    return (
      <div className="body">
        <Reason fault={toFault(list.error)} action={{ label: 'Try again', run: () => void list.refetch() }} />
      </div>
    );
  }
  if (!list.data) {
    return (
      <div className="body">
        <section className="card" aria-label="Tools">
          <SkeletonRows rows={10} height={36} />
        </section>
      </div>
    );
  }
  const { tools, problems } = list.data;
  const tool: Tool | undefined = tools.find((held) => held.name === chosen) ?? tools[0];
  if (!tool) {
    return (
      <div className="body">
        <section className="card" aria-label="Tools">
          <Empty text="This server offers no tools.">
            <Button variant="default" onClick={() => void again()}>
              Read the list again
            </Button>
          </Empty>
        </section>
      </div>
    );
  }
  return (
    <div className="body fixed">
      <div className={narrowOpen ? 'split fill detail' : 'split fill'}>
        <ToolList
          tools={tools}
          problems={problems.map((problem) => `Tool ${problem.index + 1}: ${problem.message}`)}
          chosen={tool.name}
          single={settings.singleKeyShortcuts}
          onChoose={(name) => {
            setChosen(name);
            setNarrowOpen(true);
          }}
        />
        <ToolDetail key={tool.name} server={status.name} tool={tool} onBack={() => setNarrowOpen(false)} />
      </div>
    </div>
  );
}
