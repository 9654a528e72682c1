// The checks of a server as an ordered list that fills in as they run: the first failure opens with its code, its cause and
// one next step. All of it can be copied as text.
import { Button } from '@mantine/core';
import { Card } from '../../components/card.tsx';
import { CopyButton } from '../../components/copy-button.tsx';
import { Mark } from '../../components/mark.tsx';
import { Reason } from '../../components/reason.tsx';
import { Visible } from '../../components/visible.tsx';
import { faultOf } from '../../words/fault.ts';
import { took } from '../../words/numbers.ts';
import { checkWord } from '../../words/states.ts';
import { checksText } from './checks-text.ts';
import { nextStepOf } from './next-step.ts';
import type { Checks } from './use-checks.ts';

export function ChecksCard({ checks, server }: { readonly checks: Checks; readonly server: string }) {
  const firstFailure = checks.results.find((result) => result.outcome === 'failed');
  const right =
    checks.state === 'running' ? (
      'Running'
    ) : checks.results.length > 0 ? (
      <CopyButton text={checksText(server, checks.results)} label="Copy checks as text" />
    ) : undefined;
  return (
    <Card title="Checks" right={right}>
      {checks.state === 'idle' && (
        <div className="cardb row">
          <span className="t2 grow">Checks look at each step from the name to a first answer.</span>
          <Button variant="default" size="compact-sm" onClick={checks.run}>
            Run checks
          </Button>
        </div>
      )}
      {checks.fault && (
        <div className="cardb">
          <Reason fault={checks.fault} />
        </div>
      )}
      {checks.results.map((result) => (
        <div className="check" key={result.id}>
          <Mark kind={checkWord(result.outcome).mark} size={14} label={checkWord(result.outcome).word} />
          <span>{result.title}</span>
          <span className="t3 sm num">
            {result.outcome === 'skipped' ? 'Not reached' : result.tookMs === undefined ? '' : took(result.tookMs)}
          </span>
          {result.detail !== undefined && result !== firstFailure && result.outcome !== 'skipped' && (
            <span className="more t2 sm anywhere">
              <Visible text={result.detail} />
            </span>
          )}
          {result === firstFailure && (
            <span className="more">
              <Reason
                fault={faultOf({
                  code: result.code ?? 'INTERNAL',
                  message: result.detail ?? 'This check failed',
                  hint: result.hint,
                })}
                action={nextStepOf(server, result.code ?? 'INTERNAL')}
              />
              {result.code !== undefined && (
                <span className="t3 xs block">
                  All codes: <span className="mono">docs/errors.md</span>, entry{' '}
                  <span className="mono">{result.code}</span>
                </span>
              )}
            </span>
          )}
        </div>
      ))}
    </Card>
  );
}
