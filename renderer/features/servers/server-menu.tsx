// The "More" menu of a server, in the list and on its page.
import { ActionIcon, Menu } from '@mantine/core';
import {
  IconDots,
  IconFileExport,
  IconPencil,
  IconPlayerPlay,
  IconPlayerStop,
  IconPower,
  IconRefresh,
  IconShare,
  IconTrash,
} from '@tabler/icons-react';
import { useState } from 'react';
import { useLocation } from 'wouter';
import type { ServerStatus } from '../../../shared/model/server-status.ts';
import { Confirm } from '../../components/confirm.tsx';
import { counted } from '../../words/numbers.ts';
import { useServerActions } from './use-server-actions.ts';

export function ServerMenu({ status, large = false }: { readonly status: ServerStatus; readonly large?: boolean }) {
  const actions = useServerActions();
  const [, navigate] = useLocation();
  const [asking, setAsking] = useState<boolean>();
  const { name } = status;
  const page = `/servers/${encodeURIComponent(name)}`;
  const runs = status.state !== 'stopped' && status.state !== 'failed' && status.state !== 'needs-approval';
  const remove = async (): Promise<void> => {
    if (await actions.remove(name)) navigate('/servers');
  };
  return (
    <>
      <Menu withInitialFocusPlaceholder={false}>
        <Menu.Target>
          <ActionIcon
            variant={large ? 'default' : 'subtle'}
            color="gray"
            size={large ? 30 : 26}
            aria-label={`More for ${name}`}
            onClick={(event) => event.stopPropagation()}
          >
            <IconDots size={15} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown onClick={(event) => event.stopPropagation()}>
          {runs ? (
            <Menu.Item leftSection={<IconPlayerStop size={14} />} onClick={() => void actions.stop(name)}>
              Stop
            </Menu.Item>
          ) : (
            <Menu.Item
              leftSection={<IconPlayerPlay size={14} />}
              disabled={!status.enabled}
              onClick={() => void actions.start(name)}
            >
              Start
            </Menu.Item>
          )}
          <Menu.Item
            leftSection={<IconRefresh size={14} />}
            disabled={!runs}
            onClick={() => void actions.restart(name)}
          >
            Restart
          </Menu.Item>
          <Menu.Item leftSection={<IconPencil size={14} />} onClick={() => navigate(`${page}/edit`)}>
            Edit
          </Menu.Item>
          <Menu.Item
            leftSection={<IconFileExport size={14} />}
            onClick={() => navigate(`/export/${encodeURIComponent(name)}`)}
          >
            Export to client
          </Menu.Item>
          <Menu.Item leftSection={<IconShare size={14} />} onClick={() => void actions.share(name)}>
            Copy share link
          </Menu.Item>
          <Menu.Item
            leftSection={<IconPower size={14} />}
            onClick={() => void actions.setEnabled(name, !status.enabled)}
          >
            {status.enabled ? 'Switch off' : 'Enable'}
          </Menu.Item>
          <Menu.Item leftSection={<IconTrash size={14} />} onClick={() => setAsking(true)}>
            Remove…
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {asking !== undefined && (
        <Confirm
          opened={asking}
          title={`Remove ${name}?`}
          text={`${counted(status.sessions, 'live session')} of clients end. Undo puts the entry back.`}
          verb={`Remove ${name}`}
          onClose={() => setAsking(false)}
          onConfirm={() => void remove()}
        />
      )}
    </>
  );
}
