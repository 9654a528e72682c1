// The words for every error code: a fixed cause where the code alone tells it, and the next step.
import type { ErrorCode } from '../../shared/errors.ts';

export interface ErrorWords {
  /** Absent when only the host's own sentence is exact enough. */
  readonly cause?: string;
  readonly hint: string;
}

/** How a browser tab comes back to Portolan: its way in ended with the host that gave it. */
export const OPEN_AGAIN = 'Open Portolan again: run `portolan --browser`. Each address it gives works once.';

export const ERROR_WORDS: Readonly<Record<ErrorCode, ErrorWords>> = {
  ADDRESS_DOUBTFUL: { hint: 'Change the address, unless it is meant so.' },
  ADDRESS_IN_USE: { hint: 'Choose another port.' },
  AUDIT_BROKEN: { hint: 'Keep the log folder as it is and compare it with a copy.' },
  AUDIT_NOT_WRITABLE: {
    cause: 'The audit log cannot be written, so calls are refused.',
    hint: 'Free disk space or repair the rights of the log folder.',
  },
  CATALOG_INVALID: { hint: 'Mend the file; Portolan reads it again by itself.' },
  CATALOG_NEWER: { hint: 'Update Portolan, or put back the older catalog file.' },
  CATALOG_NOT_WRITABLE: { hint: 'Repair the rights of the catalog file, then try again.' },
  CERTIFICATE_EXPIRED: { hint: 'Check the clock of this computer, then tell the operator of the server.' },
  CERTIFICATE_UNTRUSTED: { hint: 'Have the host trust the certificate authority of your organisation.' },
  CERTIFICATE_WRONG_NAME: { hint: 'Use the name that the certificate is for.' },
  CLIENT_ENTRY_STALE: { hint: 'Write the entry into the client again.' },
  CLIENT_RUNNING: { hint: 'Quit the client, then check again.' },
  CLIENT_UNKNOWN: { hint: 'Choose a client from the list.' },
  CONNECTION_LOST: { hint: 'Check the network and the server, then try again.' },
  CONNECT_REFUSED: { hint: 'Check that the server runs and that the address is right.' },
  CONNECT_TIMEOUT: { hint: 'Check the network and the address, then run the checks.' },
  DATA_DIR_UNSAFE: { hint: 'Make the data folder yours alone, then start Portolan again.' },
  DATA_DIR_UNUSABLE: { hint: 'Make the data folder writable, then start Portolan again.' },
  DNS_FAILED: { hint: 'Check the spelling of the address and your network.' },
  DUPLICATE_NAME: { hint: 'Choose another name.' },
  EXPORT_REFUSED: { hint: 'Read the reason beside each server.' },
  FILE_CHANGED: { cause: 'The file changed after the preview. Nothing was written.', hint: 'Show a new preview.' },
  FILE_NOT_READABLE: { hint: 'Check that the file exists and that you may read it.' },
  FILE_NOT_WRITABLE: { hint: 'Repair the rights of the file, then try again.' },
  FORBIDDEN: { cause: 'The host refused this window.', hint: 'Open Portolan again.' },
  FRAME_INVALID: { hint: 'Show the log of the server.' },
  FRAME_TOO_LARGE: { hint: 'Ask the server for less at once.' },
  HOST_BUSY: { cause: 'The host is busy.', hint: 'Try again in a moment.' },
  HOST_DRAINING: { cause: 'The host is stopping. Calls in flight finish first.', hint: 'Wait until it is back.' },
  HOST_UNREACHABLE: {
    cause: 'The Portolan host stopped. Open clients reconnect by themselves.',
    hint: 'Start the host again.',
  },
  HTTP_STATUS: { hint: 'Run the checks of this server.' },
  HTTP_UNEXPECTED_CONTENT: { hint: 'Check that the address is an MCP endpoint.' },
  INPUT_INVALID: { hint: 'Change the marked value.' },
  INTERNAL: { hint: 'Try again; when it stays, look into the host log.' },
  KEYCHAIN_LOCKED: { cause: 'The keychain is locked.', hint: 'Unlock it with your system’s own keychain program.' },
  KEYCHAIN_MISSING: {
    cause: 'No keychain service answers, so secrets cannot be kept.',
    hint: 'Install and start a secret service such as gnome-keyring.',
  },
  KEYCHAIN_NO_BUS: {
    cause: 'There is no session bus, so the keychain cannot be reached.',
    hint: 'Start Portolan inside a desktop or D-Bus session.',
  },
  KEYCHAIN_FAILED: { hint: 'Try again; when it stays, restart the keychain service.' },
  LOCK_UNSUPPORTED: { hint: 'Move the data folder to a local disk.' },
  NAME_INVALID: { hint: 'Use letters, digits, dots, dashes and underscores, at most 64.' },
  NEEDS_SIGN_IN: { hint: 'Add a token in the server’s headers.' },
  NOTHING_TO_UNDO: { cause: 'There is nothing to undo.', hint: 'Change the entry by hand.' },
  NOT_FOUND: { hint: 'Go back to the list.' },
  OUTCOME_UNKNOWN: {
    cause: 'The server stopped during the call. It may or may not have happened.',
    hint: 'Look into the record before you call again.',
  },
  PARSE_ERROR: { hint: 'Mend the text at the place named.' },
  POLICY_DENIED: { hint: 'Ask whoever set the rule.' },
  PROTOCOL_ERROR: { hint: 'Run the checks of this server.' },
  PROXY_NOT_USED: { hint: 'Use a network without a proxy for this server.' },
  REFERENCE_UNRESOLVED: { hint: 'Edit the server and fill in the missing value.' },
  REQUEST_TIMEOUT: { hint: 'Try again, or allow more time in the server’s options.' },
  RESOURCE_EXHAUSTED: { hint: 'Stop a server that you do not need.' },
  SECRET_NOT_FOUND: { hint: 'Set the secret in Settings, Keychain.' },
  SERVER_BUSY: { hint: 'Wait for running calls to end.' },
  SERVER_CHANGED: { hint: 'Restart the server in the client.' },
  SERVER_CRASH_LOOP: { hint: 'Show the log of the server.' },
  SERVER_DISABLED: { cause: 'This server is switched off.', hint: 'Enable it on its Configuration tab.' },
  SERVER_EXITED: { hint: 'Show the log of the server.' },
  SERVER_NOT_FOUND: { cause: 'The catalog holds no server of this name.', hint: 'Go back to the list of servers.' },
  SERVER_START_TIMEOUT: { hint: 'Show the log of the server.' },
  SESSION_LOST: { hint: 'Restart the client.' },
  SPAWN_BAD_CWD: { hint: 'Edit the server and correct its working folder.' },
  SPAWN_NOT_EXECUTABLE: { hint: 'Make the program executable, or correct the command.' },
  SPAWN_NOT_FOUND: { hint: 'Install the program, or correct the command.' },
  SPAWN_NO_RESOURCES: { hint: 'Close other programs, then try again.' },
  SPAWN_WRONG_FORMAT: { hint: 'Install the program for this kind of computer.' },
  STATE_NEWER: { hint: 'Update Portolan.' },
  STDOUT_NOISE: { hint: 'Tell the makers of the server to log elsewhere.' },
  TOOL_NOT_FOUND: { hint: 'Read the list of tools again.' },
  UNAUTHENTICATED: {
    cause: 'This tab is not signed in to the host, or its time is over.',
    hint: OPEN_AGAIN,
  },
  UNSUPPORTED: { hint: 'Use another way.' },
  URL_REFUSED: { hint: 'Use an https address, or a loopback address.' },
};
