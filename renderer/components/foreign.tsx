// The box for text that came from elsewhere: named owner, paper tint, double edge, text nodes only, folded when long.
import { Button } from '@mantine/core';
import { useMemo, useState } from 'react';
import { cutEnd, firstLines } from '../text/cut.ts';
import { visibleText } from '../text/visible-tokens.ts';
import { count, counted } from '../words/numbers.ts';
import { Visible } from './visible.tsx';

export interface ForeignProps {
  readonly text: string;
  /** Who wrote it, in words such as `github`. Absent only where the owner is named right above. */
  readonly from?: string;
  readonly code?: boolean;
  /** Lines before folding; results and logs show more than descriptions. */
  readonly lines?: number;
  /** Characters shown at most, even unfolded. */
  readonly max?: number;
  readonly bare?: boolean;
}

export function Foreign({ text, from, code = false, lines = 6, max = 20_000, bare = false }: ForeignProps) {
  const [open, setOpen] = useState(false);
  const folded = useMemo(() => firstLines(text, lines), [text, lines]);
  const hidden = useMemo(() => visibleText(text.slice(0, max)).hidden, [text, max]);
  const long = folded.text.length < text.length || text.length > 2000;
  const shown = open ? cutEnd(text, max) : cutEnd(folded.text, 2000);
  return (
    <div className={bare ? 'foreign bare' : 'foreign'}>
      {from !== undefined && <div className="from">Text from {from}, shown as received</div>}
      <div className={code ? 'said code' : 'said'}>
        <Visible text={shown} />
      </div>
      {hidden > 0 && <div className="xs t2">{counted(hidden, 'hidden character')}</div>}
      {open && text.length > max && <div className="xs t2">Cut at {count(max)} characters.</div>}
      {long && (
        <Button variant="subtle" size="compact-xs" onClick={() => setOpen(!open)}>
          {open
            ? 'Show less'
            : `Show all (${folded.total > lines ? counted(folded.total, 'line') : counted(text.length, 'character')})`}
        </Button>
      )}
    </div>
  );
}
