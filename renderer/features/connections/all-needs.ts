// Everything that needs a person now, questions first, then servers, worst first.
import type { SignIn } from '../../../shared/model/identity.ts';
import type { Snapshot } from '../../../shared/model/system.ts';
import type { Task } from '../../../shared/model/task.ts';
import { visibleString } from '../../text/visible-tokens.ts';
import { cutMiddle } from '../../text/cut.ts';
import { counted } from '../../words/numbers.ts';
import { taskGroup } from '../../words/tasks.ts';
import { clientWords, identityTitle } from '../../words/sign-ins.ts';
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

export function allNeeds(
  snapshot: Pick<Snapshot, 'drift' | 'identities' | 'questions' | 'servers' | 'signIns' | 'tasks'>,
): AnyNeed[] {
  const { questions, servers, tasks } = snapshot;
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
    ...taskNeeds(tasks),
    ...signInNeeds(snapshot),
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
    ...driftNeeds(snapshot.drift),
  ].sort((a, b) => rank(a.mark) - rank(b.mark));
}

/** One line for all that other programs changed in Portolan's entries. */
function driftNeeds(drift: Snapshot['drift']): AnyNeed[] {
  const [first] = drift;
  if (first === undefined) return [];
  const clients = [...new Set(drift.map(({ displayName }) => displayName))];
  return [
    {
      key: 'drift',
      mark: 'degraded',
      subject: clients.length === 1 ? first.displayName : counted(clients.length, 'client'),
      claim: `${clients.length === 1 ? 'has' : 'have'} ${counted(drift.length, 'entry', 'entries')} that changed.`,
      detail: drift.length === 1 ? `${visibleString(cutMiddle(first.name, 40))}: ${first.message}` : '',
      action: 'Show clients',
      to: '/sync',
    },
  ];
}

/** Questions, then what failed, then sign-ins, then what is held, then the rest; equal ones keep their order. */
function rank(mark: MarkKind): number {
  const order: readonly MarkKind[] = ['input', 'failed', 'sign-in', 'approve'];
  const at = order.indexOf(mark);
  return at === -1 ? order.length : at;
}

function taskNeeds(tasks: readonly Task[]): AnyNeed[] {
  return tasks
    .filter((task) => taskGroup(task) === 'needs')
    .map(({ client, id, server, tool }) => ({
      key: `task ${id}`,
      mark: 'input',
      subject: server,
      claim: 'asks in a task.',
      detail: `${visibleString(cutMiddle(tool, 64))}, for ${visibleString(cutMiddle(client, 40))}.`,
      action: 'Answer task',
      to: `/tasks/${encodeURIComponent(id)}`,
    }));
}

/** One line for all that waits for a sign-in: the queue, and servers that are not in it yet. */
function signInNeeds({ servers, signIns, identities }: Parameters<typeof allNeeds>[0]): AnyNeed[] {
  const queue = signIns.filter(({ state }) => state !== 'under-way');
  const others = serverNeeds(servers).filter(
    ({ server, mark }) =>
      mark === 'sign-in' && !signIns.some(({ target, kind }) => kind !== 'identity' && target === server),
  );
  const titleOf = ({ kind, target }: SignIn): string => {
    const known = kind === 'identity' ? identities.find(({ name }) => name === target) : undefined;
    return known === undefined ? target : identityTitle(known);
  };
  const names = [...new Set([...queue.map(titleOf), ...others.map(({ server }) => server)])];
  const [only, other] = names;
  if (only === undefined) return [];
  const [alone] = others;
  if (queue.length === 0 && others.length === 1 && alone !== undefined)
    return [{ ...alone, key: alone.server, subject: alone.server }];
  const calls = queue.reduce((sum, signIn) => sum + signIn.calls, 0);
  const clients = [...new Set(queue.flatMap((signIn) => signIn.clients))];
  const waits = calls === 0 ? '' : `${counted(calls, 'call is', 'calls are')} waiting (${clientWords(clients)}).`;
  return [
    {
      key: 'sign-ins',
      mark: 'sign-in',
      subject:
        other === undefined ? only : names.length === 2 ? `${only} and ${other}` : counted(names.length, 'sign-in'),
      claim: names.length === 1 ? 'needs a sign-in.' : names.length === 2 ? 'need a sign-in.' : 'wait for you.',
      detail: [names.length > 2 ? `${names.join(', ')}.` : '', waits].filter(Boolean).join(' '),
      action: queue.length === 0 ? 'Show servers' : 'Open queue',
      to: queue.length === 0 ? '/servers' : '/identities',
    },
  ];
}
