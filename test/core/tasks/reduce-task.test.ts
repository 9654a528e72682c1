// The state machine of a task: what each event does to it, and what nothing may do.
import {
  type Arbitrary,
  array,
  assert,
  constant,
  constantFrom,
  dictionary,
  nat,
  oneof,
  option,
  property,
  record,
  subarray,
} from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  createTask,
  expiresAt,
  isFollowed,
  isTerminal,
  openInputs,
  reduceTask,
} from '../../../core/tasks/reduce-task.ts';
import type { TaskEvent, TaskReport } from '../../../core/tasks/task-events.ts';
import type { TaskOrigin, TaskRecord } from '../../../core/tasks/task-record.ts';

const START = 1_000_000;
const ORIGIN: TaskOrigin = {
  id: 'local-1',
  server: 'research',
  principal: 'local',
  wire: 'extension',
  taskId: 'remote-1',
  tool: 'slow',
  argsDigest: 'a'.repeat(64),
  client: 'test',
  receivedAt: START,
  process: 'p1',
};

function task(report: Partial<TaskReport> = {}): TaskRecord {
  return createTask(ORIGIN, { status: 'working', ttlMs: 60_000, ...report });
}

function after(from: TaskRecord, ...events: TaskEvent[]): TaskRecord {
  return events.reduce(reduceTask, from);
}

const told = (at: number, report: TaskReport): TaskEvent => ({ kind: 'reported', at: START + at, report });

describe('the life of a task', () => {
  it('begins as its server says, and ends when it says so', () => {
    const done = after(
      task(),
      told(1, { status: 'input_required' }),
      told(2, { status: 'working' }),
      told(3, { status: 'completed' }),
    );
    expect(done).toMatchObject({ status: 'completed', settledAt: START + 3, result: 'wanted' });
    expect([isTerminal(done), isFollowed(done)]).toEqual([true, false]);
  });

  it('edge 4: a task may be finished when it is created; its result is fetched all the same', () => {
    expect(task({ status: 'completed' })).toMatchObject({ result: 'wanted', settledAt: START });
  });

  it('edge 5: the end of its time tells expired from unknown', () => {
    const early = after(task(), { kind: 'missed', at: START + 1_000 }, { kind: 'missed', at: START + 7_000 });
    expect(early.end).toBe('unknown');
    expect(after(task(), { kind: 'missed', at: START + 60_000 }).end).toBe('expired');
  });

  it('edge 6: its time may be shortened, extended, lifted or nothing at all', () => {
    expect(expiresAt(after(task(), told(1, { status: 'working', ttlMs: 5 })))).toBe(START + 5);
    expect(expiresAt(after(task(), told(1, { status: 'working', ttlMs: 90_000 })))).toBe(START + 90_000);
    expect(expiresAt(after(task(), told(1, { status: 'working', ttlMs: null })))).toBeUndefined();
    expect(expiresAt(after(task({ ttlMs: 0 }), told(1, { status: 'working' })))).toBe(START);
  });

  it('edge 7: one miss ends nothing, two close together neither, and being found again takes them back', () => {
    const twice = after(task(), { kind: 'missed', at: START + 10 }, { kind: 'missed', at: START + 20 });
    expect(isFollowed(twice)).toBe(true);
    const found = after(twice, told(30, { status: 'working' }), { kind: 'missed', at: START + 9_000 });
    expect([found.misses, isFollowed(found)]).toEqual([1, true]);
    expect(after(task(), { kind: 'process-ended', at: START + 1, process: 'p1' }).end).toBe('restarted');
    expect(after(task(), { kind: 'process-ended', at: START + 1, process: 'p0' }).end).toBeUndefined();
  });

  it('edge 8: another person at the server freezes the task, and the first one wakes it', () => {
    const frozen = after(task(), { kind: 'principal', at: START + 1, principal: 'eve' });
    expect([frozen.frozen, isFollowed(frozen)]).toEqual([true, true]);
    expect(after(frozen, { kind: 'principal', at: START + 2, principal: 'local' })).toEqual(task());
  });

  it('TSK-07 edge 10: an older report changes nothing but the count of regressions', () => {
    const now = task({ lastUpdatedAt: '2026-01-01T00:00:02Z' });
    const late = after(now, told(5, { status: 'input_required', lastUpdatedAt: '2026-01-01T00:00:01Z' }));
    expect(late).toEqual({ ...now, heardAt: START + 5, regressions: 1 });
  });

  it('edge 10: an end is believed at any time: the clock of the server may have been set back', () => {
    const now = task({ lastUpdatedAt: '2026-01-01T00:00:02Z' });
    const ended = after(now, told(5, { status: 'completed', lastUpdatedAt: '2025-01-01T00:00:00Z' }));
    expect(ended).toMatchObject({ status: 'completed', result: 'wanted' });
  });

  it('edge 11: what the server says after a cancellation is what counts', () => {
    const asked = after(task(), { kind: 'cancel-asked', at: START + 1 });
    expect(after(asked, told(2, { status: 'completed' }))).toMatchObject({ status: 'completed', result: 'wanted' });
    const gone = after(asked, told(2, { status: 'cancelled' }), told(3, { status: 'completed' }));
    expect(gone).toMatchObject({ status: 'cancelled', regressions: 1 });
  });

  it('edge 13: every question is kept once, however often it is shown, answered or not', () => {
    const asks: TaskReport = { status: 'input_required', inputs: { a: { method: 'x' }, b: { method: 'y' } } };
    const asked = after(task(), told(1, asks), told(2, asks));
    expect(openInputs(asked).map(({ key }) => key)).toEqual(['a', 'b']);
    const partly = after(asked, { kind: 'answered', at: START + 3, keys: ['a'] }, told(4, asks));
    expect(openInputs(partly).map(({ key }) => key)).toEqual(['b']);
    expect(openInputs(after(partly, told(5, { status: 'working' })))).toEqual([]);
  });

  it('edge 18: a status of no revision is kept as it is and ends nothing', () => {
    expect(after(task(), told(1, { status: 'pondering' }))).toMatchObject({ status: 'pondering' });
    expect(isFollowed(after(task(), told(1, { status: 'pondering' })))).toBe(true);
  });

  it('edge 19: a server that knows no tasks any more is not asked on', () => {
    expect(after(task(), { kind: 'unsupported', at: START + 1 }).end).toBe('unsupported');
  });
});

const at = nat(200_000).map((offset) => START + offset);
const report = record(
  {
    status: constantFrom('working', 'input_required', 'completed', 'failed', 'cancelled', 'strange'),
    lastUpdatedAt: nat(100).map((second) => new Date(second * 1000).toISOString()),
    ttlMs: option(nat(100_000), { nil: null }),
    pollMs: nat(100_000),
    inputs: dictionary(constantFrom('a', 'b', 'c'), constant({})),
  },
  { requiredKeys: ['status'] },
) as Arbitrary<TaskReport>;
const event: Arbitrary<TaskEvent> = oneof(
  record({ kind: constant('asked' as const), at }),
  record({ kind: constant('reported' as const), at, report }),
  record({ kind: constant('missed' as const), at }),
  record({ kind: constant('unsupported' as const), at }),
  record({
    kind: constant('failed-to-ask' as const),
    at,
    trouble: constantFrom('transport', 'busy', 'server'),
  }),
  record({ kind: constant('process-ended' as const), at, process: constantFrom('p0', 'p1') }),
  record({ kind: constant('principal' as const), at, principal: constantFrom('local', 'eve') }),
  record({ kind: constant('answered' as const), at, keys: subarray(['a', 'b', 'c']) }),
  record({ kind: constant('cancel-asked' as const), at }),
  record({ kind: constant('result' as const), at, outcome: constantFrom('stored', 'too-large', 'lost') }),
);

describe('whatever happens', () => {
  it('a terminal state is never left, a question is never forgotten or unanswered, and a stored result stays stored', () => {
    assert(
      property(array(event, { maxLength: 40 }), (events) => {
        let state = task();
        for (const one of events) {
          const before = structuredClone(state);
          const next = reduceTask(state, one);
          expect(state).toEqual(before);
          if (isTerminal(state)) expect(next.status).toBe(state.status);
          if (state.result === 'stored') expect(next.result).toBe('stored');
          if (state.end !== undefined && next.end === undefined) expect(one.kind).toBe('reported');
          const keys = next.inputs.map(({ key }) => key);
          expect(new Set(keys).size).toBe(keys.length);
          for (const [index, input] of state.inputs.entries()) {
            expect(next.inputs[index]?.key).toBe(input.key);
            if (input.answeredAt !== undefined) expect(next.inputs[index]?.answeredAt).toBe(input.answeredAt);
          }
          // What is stored is read back as it was.
          expect(JSON.parse(JSON.stringify(next))).toEqual(next);
          state = next;
        }
      }),
      { numRuns: 500 },
    );
  });
});
