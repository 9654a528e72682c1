// Everything that needs a person now, questions first, then servers, worst first.
import type { Snapshot } from '../../../shared/model/system.ts';
import { visibleString } from '../../text/visible-tokens.ts';
import { cutMiddle } from '../../text/cut.ts';
import { counted } from '../../words/numbers.ts';
import type { MarkKind } from '../../words/states.ts';
import { serverNeeds } from '../servers/needs.ts';

export interface AnyNeed {
  readonly key: string;
  readonly mark: MarkKind;
  /** Stands in bold before the claim: names of servers. */
  readonly subject: string;
  readonly claim: string;
  readonly detail: string;
  readonly action: string;
  readonly to: string;
}

export function allNeeds({ questions, servers }: Pick<Snapshot, 'questions' | 'servers'>): AnyNeed[] {
  return [
    ...questions.map((question): AnyNeed => {
      const { id, server, client, tool } = question;
      const who = visibleString(cutMiddle(client, 40));
      return {
        key: `question ${id}`,
        mark: 'input',
        subject: server,
        claim: 'needs your answer.',
        detail: tool === undefined ? `${who} waits.` : `${visibleString(cutMiddle(tool, 64))} waits, for ${who}.`,
        action: 'Answer',
        to: `/questions/${encodeURIComponent(id)}`,
      };
    }),
    ...signIns(servers),
    ...serverNeeds(servers)
      .filter(({ mark }) => mark !== 'sign-in')
      .map(({ server, mark, claim, detail, action, to }) => ({
        key: server,
        mark,
        subject: server,
        claim,
        detail,
        action,
        to,
      })),
  ].sort((a, b) => rank(a.mark) - rank(b.mark));
}

/** Questions, then what failed, then sign-ins, then what is held, then the rest; equal ones keep their order. */
function rank(mark: MarkKind): number {
  const order: readonly MarkKind[] = ['input', 'failed', 'sign-in', 'approve'];
  const at = order.indexOf(mark);
  return at === -1 ? order.length : at;
}

/** One line for all servers that wait for a sign-in. */
function signIns(servers: Snapshot['servers']): AnyNeed[] {
  const found = serverNeeds(servers).filter(({ mark }) => mark === 'sign-in');
  const [first] = found;
  if (first === undefined) return [];
  if (found.length === 1) return [{ ...first, key: first.server, subject: first.server }];
  return [
    {
      key: 'sign-ins',
      mark: 'sign-in',
      subject: counted(found.length, 'server'),
      claim: 'need a sign-in.',
      detail: found.map(({ server }) => server).join(', '),
      action: 'Show servers',
      to: '/servers',
    },
  ];
}
