// All shortcuts on one page, opened by `?`.
import { Modal } from '@mantine/core';
import { Fragment } from 'react';
import { MOD } from './sidebar.tsx';

const KEYS: readonly (readonly [string, string])[] = [
  [`${MOD} K`, 'Search or run a command'],
  [`${MOD} 1`, 'Connections'],
  [`${MOD} 2`, 'Servers'],
  [`${MOD} 3`, 'Tasks'],
  [`${MOD} 4`, 'Activity'],
  [`${MOD} ,`, 'Settings'],
  [`${MOD} 6`, 'Identities'],
  [`${MOD} N`, 'Add server'],
  [`${MOD} I`, 'Import servers'],
  ['/', 'Filter the list'],
  ['J K or ↑ ↓', 'Next or previous row'],
  ['← →', 'Next or previous cell of the connections'],
  ['Enter', 'Open the row'],
  ['A', 'Open the oldest question'],
  ['C', 'Cancel the open task'],
  ['Esc', 'Close or go back'],
  ['F6', 'Next region of the window'],
  ['R', 'Run the checks of a server'],
  ['V', 'Verify the audit log'],
  [`${MOD} Z`, 'Undo the last change of the catalog'],
  ['?', 'This list'],
];

export function Help({ opened, onClose }: { readonly opened: boolean; readonly onClose: () => void }) {
  return (
    <Modal opened={opened} onClose={onClose} title="Keyboard" size={440} closeButtonProps={{ 'aria-label': 'Close' }}>
      <div className="keys">
        {KEYS.map(([keys, what]) => (
          <Fragment key={keys}>
            <span>
              <span className="k">{keys}</span>
            </span>
            <span>{what}</span>
          </Fragment>
        ))}
      </div>
      <p className="t2 sm">Single keys are inert in text fields and can be switched off in Settings.</p>
    </Modal>
  );
}
