// Why something is not as wanted: code, cause, and exactly one next step.
import { Button } from '@mantine/core';
import { Link } from 'wouter';
import type { Fault } from '../words/fault.ts';
import { Visible } from './visible.tsx';

export interface ReasonProps {
  readonly fault: Pick<Fault, 'code' | 'cause' | 'hint'>;
  readonly tone?: 'error' | 'warn' | 'policy';
  /** The button of the next step; without it the hint is the step. */
  readonly action?:
    | { readonly label: string; readonly run: () => void }
    | { readonly label: string; readonly to: string };
}

const TONES = { error: 'reason', warn: 'reason warn', policy: 'reason policy' } as const;

export function Reason({ fault, tone = 'error', action }: ReasonProps) {
  return (
    <div className={TONES[tone]} role="group" aria-label={`${fault.code}: what happened`}>
      <div className="codeword">{fault.code}</div>
      <div className="anywhere">
        <Visible text={fault.cause} />
      </div>
      <div className="t2 anywhere">
        <Visible text={fault.hint} />
      </div>
      {action && (
        <div className="row">
          {'to' in action ? (
            <Button component={Link} href={action.to} variant="default" size="compact-sm" mt={6}>
              {action.label}
            </Button>
          ) : (
            <Button variant="default" size="compact-sm" mt={6} onClick={action.run}>
              {action.label}
            </Button>
          )}
        </div>
      )}
    </div>
  );
}
