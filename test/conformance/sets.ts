// The sets of the conformance suite as Portolan reports them: each comes to one line.
import { join } from 'node:path';
import { startFixtureServer } from './fixture-server.ts';
import { compare, type StartGateway } from './gateway-run.ts';
import { NOTHING_CHECKED, type Outcome, runClientScenario, runServer, runServerScenario } from './run-suite.ts';
import { clientSet, needsSignIn, required, type Revision, TASK_SCENARIOS } from './scenarios.ts';
import { startTaskFixture } from './task-fixture-server.ts';

export interface SetResult {
  readonly title: string;
  readonly outcomes: readonly Outcome[];
  /** What the set leaves out, in words. */
  readonly note: string | undefined;
}

/** Scenarios that run at the same time: each is a suite, a driver and a host. */
const PARALLEL = 3;
const DRIVER = join(import.meta.dirname, 'client-driver.ts');

/** The command that the suite runs as the client under test. */
export function commandOf(way: 'portolan' | 'direct'): string {
  return [process.execPath, DRIVER, ...(way === 'direct' ? ['--direct'] : [])].join(' ');
}

/** The client scenarios of one set, through the built `portolan connect`, or straight with the library alone. */
export async function runClientSet(set: Revision | 'extensions', way: 'portolan' | 'direct'): Promise<SetResult> {
  const all = clientSet(set);
  const run = way === 'direct' ? all.filter((scenario) => !needsSignIn(scenario)) : all;
  const waiting = [...run.entries()];
  const outcomes: Outcome[] = [];
  const worker = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const [index, scenario] = next;
      const outcome = await runClientScenario(scenario, commandOf(way));
      outcomes[index] = set === 'extensions' ? { ...outcome, name: `${outcome.name} ${scenario.revision}` } : outcome;
    }
  };
  await Promise.all(Array.from({ length: PARALLEL }, worker));
  const note = run.length < all.length ? `${all.length - run.length} need sign-in` : undefined;
  return { title: `client ${set}`, outcomes, note };
}

/** The server scenarios against the fixture itself, and, with `start`, against the fixture behind a gateway as well. */
export async function runServerSet(revision: Revision, start: StartGateway | undefined): Promise<SetResult> {
  const fixture = await startFixtureServer();
  const title = `server ${revision}`;
  try {
    const direct = await runServer(fixture.url, revision);
    const outcomes = required('server', revision).map(
      (name): Outcome => direct.get(name) ?? { name, checks: [], problems: ['was not run'] },
    );
    if (start === undefined) return { title, outcomes, note: 'without the gateway' };
    const gateway = await start(fixture.url);
    try {
      const behind = await runServer(gateway.url, revision);
      return { title, outcomes: outcomes.map((one) => compare(one, behind.get(one.name))), note: undefined };
    } finally {
      gateway.end();
    }
  } finally {
    await fixture.close();
  }
}

/** The scenarios of the tasks extension against its fixture, and, with `start`, against the fixture behind a gateway as well. */
export async function runTaskSet(start: StartGateway | undefined): Promise<SetResult> {
  const fixture = await startTaskFixture();
  const title = 'server tasks';
  try {
    const direct = await taskOutcomes(fixture.url);
    const unchecked = direct.filter(({ problems }) => problems[0] === NOTHING_CHECKED).map(({ name }) => name);
    const asDirect = (one: Outcome): Outcome => ({
      ...one,
      problems: one.problems.filter((p) => p !== NOTHING_CHECKED),
    });
    const checksOf = (one: Outcome) => (unchecked.includes(one.name) ? asDirect(one) : one);
    const nothing = unchecked.length > 0 ? `the suite checks nothing in ${unchecked.join(', ')}` : undefined;
    if (start === undefined) return { title, outcomes: direct.map(checksOf), note: nothing };
    const gateway = await start(fixture.url);
    try {
      const behind = new Map((await taskOutcomes(gateway.url)).map((one) => [one.name, one]));
      return { title, outcomes: direct.map((one) => checksOf(compare(one, behind.get(one.name)))), note: nothing };
    } finally {
      gateway.end();
    }
  } finally {
    await fixture.close();
  }
}

async function taskOutcomes(url: string): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const name of TASK_SCENARIOS) outcomes.push(await runServerScenario(url, name, '2026-07-28'));
  return outcomes;
}

export function passed({ outcomes }: SetResult): number {
  return outcomes.filter(({ problems }) => problems.length === 0).length;
}

/** The line of a set, and the failed scenarios under it. */
export function report(result: SetResult): string {
  const { title, outcomes, note } = result;
  const line = `${title} ${passed(result)}/${outcomes.length}${note === undefined ? '' : ` (${note})`}`;
  const failed = outcomes.filter(({ problems }) => problems.length > 0);
  return [line, ...failed.map(({ name, problems }) => `  ${name}: ${inShort(problems)}`)].join('\n');
}

function inShort([first = '', ...more]: readonly string[]): string {
  return `${first}${more.length > 0 ? ` (and ${more.length} more)` : ''}`;
}
