// One sign-in on the command line: says whose page will be opened and which rights are asked, opens it, follows to the end.
import { styleText } from 'node:util';
import type { HostClient } from '../host/control-client.ts';
import { type ErrorCode, exitCodeOf, isErrorCode, PortolanError } from '../shared/errors.ts';
import type { SignIn } from '../shared/model/identity.ts';
import { browserAddress, openInBrowser } from '../host/open-in-browser.ts';
import { printJsonLine, printLine, printNote, reportError } from './output.ts';
import { visibleLine } from './visible.ts';

const MAX_CODE_CHARS = 64;

export interface FollowOptions {
  readonly json?: boolean;
  /** Print the address instead of opening it. */
  readonly print: boolean;
  /** Ctrl-C, and the time limit. */
  readonly signal: AbortSignal;
  /** Why `signal` was aborted. */
  readonly isTooLate: () => boolean;
}

/** Follows `begun` until it is done and returns the exit status. The states go to stdout, as JSON lines with `json`. */
export async function followSignIn(
  client: Pick<HostClient, 'signIns'>,
  begun: SignIn,
  options: FollowOptions,
): Promise<number> {
  let last = begun;
  const say = (state: SignIn): void => {
    last = state;
    if (options.json === true) printJsonLine(state);
  };
  say(begun);
  if (begun.state === 'done') {
    if (options.json !== true) printLine(`Signed in to ${begun.target}. Nobody had to do anything.`);
    return 0;
  }
  try {
    if (begun.state === 'under-way') await present(begun, options);
    const stream = await client.signIns.follow({ id: begun.id }, { signal: options.signal });
    for await (const state of stream) {
      if (state.state === last.state) continue;
      say(state);
      if (state.state === 'done') {
        if (options.json !== true) printLine(`Signed in to ${state.target}.`);
        return 0;
      }
      if (state.state === 'failed' || state.state === 'cancelled') return endOf(state, options);
    }
  } catch (error) {
    if (!options.signal.aborted) {
      await client.signIns.cancel({ id: begun.id }).catch(() => undefined);
      throw error;
    }
  }
  if (!options.signal.aborted)
    throw new PortolanError('OUTCOME_UNKNOWN', `the sign-in to ${begun.target} ended without a word`, {
      hint: 'See how it stands with: portolan identities, portolan show SERVER',
    });
  await client.signIns.cancel({ id: begun.id }).catch(() => undefined);
  const [code, message] = options.isTooLate()
    ? (['SIGN_IN_EXPIRED', 'nobody signed in within the time that --timeout gives'] as const)
    : (['SIGN_IN_CANCELLED', `the sign-in to ${begun.target} was cancelled`] as const);
  const cancelled: SignIn = { ...last, state: 'cancelled', reason: { code, message } };
  say(cancelled);
  return endOf(cancelled, options);
}

/** With JSON the last state has told everything. */
function endOf({ target, state, reason }: SignIn, { json }: FollowOptions): number {
  const code: ErrorCode = isErrorCode(reason?.code)
    ? reason.code
    : state === 'cancelled'
      ? 'SIGN_IN_CANCELLED'
      : 'SIGN_IN_REFUSED';
  if (json === true) return exitCodeOf(code);
  const { expected, received } = reason ?? {};
  if (expected !== undefined && received !== undefined) {
    printNote(`expected ${expected}`);
    printNote(`received ${received}`);
  }
  const message = reason?.message ?? `the sign-in to ${target} was cancelled`;
  return reportError(new PortolanError(code, message, reason?.hint === undefined ? {} : { hint: reason.hint }), {});
}

async function present(signIn: SignIn, { json, print }: FollowOptions): Promise<void> {
  const quiet = json === true;
  if (!quiet) describe(signIn);
  const { url, device } = signIn;
  if (device !== undefined) {
    if (!quiet) showCode(device.userCode, addressOf(device.verificationUrl));
    return;
  }
  if (url === undefined) return;
  const address = addressOf(url);
  const opened = !print && (await openInBrowser(address));
  if (quiet) return;
  if (opened) printLine('Opened in your browser. Waiting until you are done there; Ctrl-C cancels.');
  else printLine(`Open this address in a browser on this computer:\n\n${address}\n\nWaiting; Ctrl-C cancels.`);
}

/** Throws URL_REFUSED for an address that no browser may be given. */
function addressOf(url: string): string {
  const address = browserAddress(url);
  if (address !== undefined) return address;
  throw new PortolanError('URL_REFUSED', 'the sign-in leads to an address that is neither https nor on this computer', {
    hint: 'Tell the operator of the server; nothing was opened.',
  });
}

function describe({ kind, target, authorizationHost, authorizationHostUnicode, resourceHost, ...rest }: SignIn): void {
  const { tool, clients, scopes, newScopes, calls } = rest;
  const what = kind === 'step-up' ? `A further right for ${tool ?? 'a tool'} of ${target}` : `Signing in to ${target}`;
  printLine(`${what}${resourceHost === undefined ? '' : ` (${resourceHost})`}.`);
  if (calls > 0) printLine(`${calls} ${calls === 1 ? 'call waits' : 'calls wait'}: ${visibleLine(clients.join(', '))}`);
  if (authorizationHost !== undefined) printLine(`Opens at: ${visibleLine(authorizationHost)}`);
  if (authorizationHostUnicode !== undefined)
    printLine(
      `  Its name can look like another: it is written ${visibleLine(authorizationHostUnicode)}. Go on only if you expected exactly ${visibleLine(authorizationHost ?? '')}.`,
    );
  const rights = scopes.map((scope) => (newScopes.includes(scope) ? `${scope} (new)` : scope));
  if (rights.length > 0) printLine(`Rights asked for: ${visibleLine(rights.join(', '))}`);
}

function showCode(code: string, address: string): void {
  const shown = visibleLine(code.slice(0, MAX_CODE_CHARS));
  const edge = '─'.repeat(shown.length + 6);
  printLine(`On any device, open ${address} and type this code:\n`);
  const bold = process.stdout.isTTY ? styleText('bold', shown) : shown;
  process.stdout.write(`  ┌${edge}┐\n  │   ${bold}   │\n  └${edge}┘\n\n`);
  printLine('Waiting; Ctrl-C cancels.');
}
