// Short messages at the bottom right, with at most one action. They speak Portolan's words only, never a server's.
import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import type { Fault } from '../words/fault.ts';
import { announce } from './announce.ts';

export interface ToastAction {
  readonly label: string;
  readonly run: () => void;
}

const LASTS_MS = 6000;

/** Shows `text` for six seconds; hovering pauses. */
export function toast(text: string, action?: ToastAction): void {
  announce(text);
  const id = notifications.show({
    autoClose: LASTS_MS,
    withBorder: false,
    icon: undefined,
    closeButtonProps: { 'aria-label': 'Close message' },
    message: (
      <span className="row">
        <span className="grow">{text}</span>
        {action && (
          <Button
            size="compact-xs"
            variant="subtle"
            onClick={() => {
              notifications.hide(id);
              action.run();
            }}
          >
            {action.label}
          </Button>
        )}
      </span>
    ),
  });
}

/** Shows a fault as code, cause and next step. It stays until closed. */
export function toastFault(fault: Fault): void {
  announce(fault.cause);
  notifications.show({
    autoClose: false,
    withBorder: false,
    closeButtonProps: { 'aria-label': 'Close message' },
    message: (
      <span className="block">
        <span className="codeword mark-failed">{fault.code}</span>
        <span className="block">{fault.cause}</span>
        <span className="block t2">{fault.hint}</span>
      </span>
    ),
  });
}
