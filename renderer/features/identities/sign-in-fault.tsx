// Why a sign-in did not come about: the code, the words of whoever refused as foreign text, two strings that should be equal
// one above the other, and one next step.
import { Button } from '@mantine/core';
import type { ServerSignIn } from '../../../shared/model/identity.ts';
import { Foreign } from '../../components/foreign.tsx';
import { Visible } from '../../components/visible.tsx';
import { announce } from '../../state/announce.ts';
import { cutEnd } from '../../text/cut.ts';
import { visibleString } from '../../text/visible-tokens.ts';
import { faultOf } from '../../words/fault.ts';

type SignInReason = NonNullable<ServerSignIn['reason']>;

/** Codes whose message is what somebody else said. */
const SAID_BY_OTHERS = new Set([
  'IDP_REFUSED',
  'REGISTRATION_REFUSED',
  'SCOPE_REFUSED',
  'SIGN_IN_REFUSED',
  'TOKEN_REFUSED',
]);
const POLICY = new Set(['IDP_REFUSED', 'POLICY_DENIED']);
const MAX_SAID = 500;

/** True when the message is foreign text. */
export function isSaidByOthers({ code }: Pick<SignInReason, 'code'>): boolean {
  return SAID_BY_OTHERS.has(code);
}

export interface SignInFaultProps {
  readonly reason: SignInReason;
  /** Whose words the message holds, such as `Acme SSO`. */
  readonly from: string;
  /** The server or identity that it is about. */
  readonly target: string;
}

export function SignInFault({ reason, from, target }: SignInFaultProps) {
  const { code, message, expected, received } = reason;
  const fault = faultOf(reason);
  const isFinal = code === 'IDP_REFUSED';
  const isSaid = isSaidByOthers(reason);
  const both = expected !== undefined && received !== undefined;
  const copy = (): void => {
    navigator.clipboard.writeText(detailsOf(reason, from, target)).then(
      () => announce('Copied'),
      () => announce('The clipboard refused the copy'),
    );
  };
  return (
    <div className={POLICY.has(code) ? 'reason policy' : 'reason'} role="group" aria-label={`${code}: what happened`}>
      <div className="codeword">{code}</div>
      {isSaid ? (
        <>
          <div>{isFinal ? `${from} does not let you use ${target}. This is final.` : `${from} refused:`}</div>
          <div className="faultsaid">
            <Foreign text={cutEnd(message, MAX_SAID)} from={from} />
          </div>
        </>
      ) : (
        <div className="anywhere">
          <Visible text={cutEnd(fault.cause, MAX_SAID)} />
        </div>
      )}
      {both && <Compared expected={expected} received={received} />}
      <div className="t2 anywhere">
        <Visible text={fault.hint} />
      </div>
      {(isFinal || both) && (
        <Button variant="default" size="compact-sm" mt={6} onClick={copy}>
          {isFinal ? 'Copy details for your administrator' : 'Copy details'}
        </Button>
      )}
    </div>
  );
}

/** Both strings, whole, with what follows their common beginning in weight. */
function Compared({ expected, received }: { readonly expected: string; readonly received: string }) {
  const same = commonLength(expected, received);
  return (
    <dl className="compared">
      {(
        [
          ['Expected', expected],
          ['Received', received],
        ] as const
      ).map(([word, text]) => (
        <div key={word} style={{ display: 'contents' }}>
          <dt>{word}</dt>
          <dd className="mono anywhere">
            <Visible text={text.slice(0, same)} />
            <mark>
              <Visible text={text.slice(same, same + MAX_SAID)} />
            </mark>
          </dd>
        </div>
      ))}
    </dl>
  );
}

function commonLength(one: string, other: string): number {
  let at = 0;
  while (at < Math.min(one.length, other.length) && one[at] === other[at]) at += 1;
  return at;
}

function detailsOf({ code, message, expected, received }: SignInReason, from: string, target: string): string {
  const lines = [
    `Portolan, sign-in to ${target} through ${from}`,
    code,
    message,
    ...(expected === undefined ? [] : [`expected: ${expected}`]),
    ...(received === undefined ? [] : [`received: ${received}`]),
  ];
  return lines.map((line) => visibleString(cutEnd(line, 2_000))).join('\n');
}
