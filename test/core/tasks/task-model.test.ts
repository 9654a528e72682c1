// Tracker and state machine against a simulated server that misbehaves in every way that is listed (protocol notes: edge cases
// of tasks), in any order that chance finds. Whatever happens: no task is forgotten, none is asked for twice at once, none
// is run twice, and no look comes before the pace allows it.
import {
  assert,
  asyncModelRun,
  asyncProperty,
  commands,
  constant,
  constantFrom,
  integer,
  type AsyncCommand,
} from 'fast-check';
import { expect, it } from 'vitest';
import type { JsonObject } from '../../../core/base/json-object.ts';
import { isUnfinished } from '../../../core/tasks/reduce-task.ts';
import { type Answer, type ScriptedLine, TaskRig, toldAs } from '../../support/task-rig.ts';

/** What the server calls the shortest pace that it asks for. */
const PACE_MS = 2_000;

type Mood = 'well' | 'silent' | 'forgets' | 'broken' | 'old' | 'strange' | 'wrong-id' | 'too-old-status' | 'undeclared';

interface ServerTask {
  status: string;
  asks: JsonObject;
  ttlMs: number | null;
  updated: number;
}

class World {
  readonly rig = new TaskRig();
  readonly tasks = new Map<string, ServerTask>();
  readonly told = new Set<string>();
  /** Arrivals of looks by task, since the host has begun: elapsed milliseconds. */
  looks = new Map<string, number[]>();
  readonly waiting = new Map<string, ScriptedLine>();
  mood: Mood = 'well';
  runs = 0;
  calls = 0;
  problems: string[] = [];

  constructor() {
    this.rig.answer = (method, params, line) => {
      if (method === 'tools/call') return this.#create();
      const id = String(params['taskId']);
      return method === 'tasks/get' ? this.#get(id, line) : { result: {} };
    };
  }

  async call(): Promise<void> {
    const { link, received } = await this.rig.open();
    this.calls += 1;
    await this.rig.call(link);
    for (const { message } of received) {
      const result = message['result'] as JsonObject | undefined;
      if (result?.['resultType'] === 'task') this.told.add(String(result['taskId']));
    }
  }

  #create(): Answer {
    this.runs += 1;
    const taskId = `t${this.runs}`;
    this.tasks.set(taskId, { status: 'working', asks: {}, ttlMs: null, updated: 1_000 });
    return { result: { resultType: 'task', ...this.#shown(taskId) } };
  }

  #get(id: string, line: ScriptedLine): Answer {
    const at = this.rig.clock.monotonic();
    const before = this.looks.get(id) ?? [];
    // A finished task is asked for its result at once; any other no sooner than the pace says.
    const last = before.at(-1);
    const known = this.rig.tracker.list().find(({ taskId }) => taskId === id);
    if (last !== undefined && at - last < PACE_MS && known?.result !== 'wanted') {
      this.problems.push(`${id} was asked for after ${at - last} ms`);
    }
    this.looks.set(id, [...before, at]);
    const other = this.waiting.get(id);
    if (other !== undefined && !other.isClosed && this.#isOpen(other, id))
      this.problems.push(`${id} was asked twice at once`);
    this.waiting.delete(id);
    return this.#inMood(id, line);
  }

  /** Silence ends with our own patience. */
  #isOpen(line: ScriptedLine, id: string): boolean {
    const looks = this.looks.get(id) ?? [];
    const [previous = 0, now = 0] = looks.slice(-2);
    return !line.isClosed && now - previous < 30_000;
  }

  #inMood(id: string, line: ScriptedLine): Answer {
    const task = this.tasks.get(id);
    if (task === undefined || this.mood === 'forgets') return { error: { code: -32_602, message: 'unknown' } };
    switch (this.mood) {
      case 'silent':
        this.waiting.set(id, line);
        return undefined;
      case 'broken':
        return { error: { code: -32_603, message: 'broken' } };
      case 'undeclared':
        return { error: { code: -32_021, message: 'declare it' } };
      case 'old':
        return { result: { ...this.#shown(id), lastUpdatedAt: '1990-01-01T00:00:00Z', status: 'working' } };
      case 'strange':
        return { result: { ...this.#shown(id), status: 'pondering' } };
      case 'wrong-id':
        return { result: { ...this.#shown(id), taskId: 'somebody-else' } };
      case 'too-old-status':
        return { result: { ...this.#shown(id), status: 7 } };
      default:
        return { result: this.#shown(id) };
    }
  }

  #shown(id: string): JsonObject {
    const task = this.tasks.get(id);
    const { status = 'working', asks = {}, ttlMs = null, updated = 0 } = task ?? {};
    return toldAs('extension', status, {
      taskId: id,
      ttlMs,
      pollIntervalMs: PACE_MS,
      lastUpdatedAt: new Date(updated).toISOString(),
      ...(status === 'input_required' && { inputRequests: asks }),
      ...(status === 'completed' && { result: { content: [] } }),
      ...(status === 'failed' && { error: { code: -32_603, message: 'failed' } }),
    });
  }

  /** The server moves its newest open task. */
  move(status: string): void {
    for (const task of this.tasks.values()) {
      if (['completed', 'failed', 'cancelled'].includes(task.status)) continue;
      Object.assign(task, { status, updated: task.updated + 1_000 });
      if (status === 'input_required') task.asks = { [`ask ${task.updated}`]: { method: 'elicitation/create' } };
      return;
    }
  }

  notify(): void {
    for (const id of this.tasks.keys())
      this.rig.lines.at(-1)?.say({ method: 'notifications/tasks', params: this.#shown(id) });
  }

  check(): void {
    const followed = this.rig.tracker.list();
    expect(this.problems).toEqual([]);
    expect(this.runs).toBe(this.calls);
    for (const id of this.told) expect(followed.filter(({ taskId }) => taskId === id)).toHaveLength(1);
    for (const task of followed) {
      const keys = task.inputs.map(({ key }) => key);
      expect(new Set(keys).size).toBe(keys.length);
    }
  }
}

/** One thing that happens, by its name. */
class Step implements AsyncCommand<object, World> {
  readonly #name: string;
  readonly #run: (world: World) => Promise<void> | void;

  constructor(name: string, run: (world: World) => Promise<void> | void) {
    this.#name = name;
    this.#run = run;
  }

  check(): boolean {
    return true;
  }

  async run(_model: object, world: World): Promise<void> {
    await this.#run(world);
    await world.rig.settle();
    world.check();
  }

  toString(): string {
    return this.#name;
  }
}

const MOODS: readonly Mood[] = [
  'well',
  'silent',
  'forgets',
  'broken',
  'old',
  'strange',
  'wrong-id',
  'too-old-status',
  'undeclared',
];
const STATUSES = ['working', 'input_required', 'completed', 'failed', 'cancelled'];

const steps = [
  constant(new Step('call', (world) => world.call())),
  integer({ min: 1, max: 90 }).map(
    (seconds) => new Step(`pass ${seconds} s`, (world) => world.rig.pass(seconds * 1_000, 250)),
  ),
  constantFrom(...MOODS).map((mood) => new Step(`server ${mood}`, (world) => void (world.mood = mood))),
  constantFrom(...STATUSES).map((status) => new Step(`task ${status}`, (world) => world.move(status))),
  constant(new Step('notify', (world) => world.notify())),
  constant(new Step('lose connections', (world) => void world.rig.lines.map((line) => line.lose()))),
  constantFrom(true, false).map((is) => new Step(`reachable ${is}`, (world) => void (world.rig.isReachable = is))),
  constantFrom('ada', 'eve').map(
    (who) =>
      new Step(`sign in ${who}`, (world) => {
        world.rig.principal = who;
        // The host ends connections of a person who has left.
        for (const line of world.rig.lines) line.lose();
        world.rig.tracker.principalChanged('remote', who);
      }),
  ),
  integer({ min: -7_200_000, max: 7_200_000 }).map(
    (ms) => new Step(`clock ${ms}`, (world) => world.rig.clock.jump(ms)),
  ),
  constantFrom(0, 1_000, 600_000, null).map(
    (ttlMs) => new Step(`ttl ${ttlMs}`, (world) => [...world.tasks.values()].forEach((task) => (task.ttlMs = ttlMs))),
  ),
  constant(
    new Step('restart', async (world) => {
      world.looks = new Map();
      await world.rig.restart();
    }),
  ),
];

it('PRX-16, TSK-25: whatever a server does, no task is forgotten, asked for twice at once, run twice, or asked for too early', async () => {
  await assert(
    asyncProperty(commands(steps, { maxCommands: 25 }), async (run) => {
      const world = new World();
      await asyncModelRun(() => ({ model: {}, real: world }), run);
      // When all is well again, everything of the person who is signed in comes to its end; others' tasks rest.
      Object.assign(world, { mood: 'well' });
      Object.assign(world.rig, { isReachable: true, principal: 'ada' });
      world.rig.tracker.principalChanged('remote', 'ada');
      for (const task of world.tasks.values()) {
        if (!['completed', 'failed', 'cancelled'].includes(task.status)) {
          Object.assign(task, { status: 'completed', updated: task.updated + 1_000 });
        }
      }
      await world.rig.pass(900_000, 1_000);
      world.check();
      const open = world.rig.tracker.list().filter((task) => isUnfinished(task));
      expect(open.filter(({ principal }) => principal === 'ada')).toEqual([]);
      expect(open.every(({ frozen }) => frozen === true)).toBe(true);
    }),
    { numRuns: 60 },
  );
}, 120_000);
