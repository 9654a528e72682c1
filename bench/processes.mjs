// Memory and processor time of processes, from /proc (Linux only; NaN elsewhere).
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/** Resident and proportional memory in MB of a process and all its descendants. */
export function treeMemory(pid) {
  return sum(tree(pid).map(memory));
}

/** Resident and proportional memory in MB of one process. */
export function memory(pid) {
  try {
    const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
    return {
      rss: Number(/^Rss:\s+(\d+)/m.exec(text)?.[1]) / 1024,
      pss: Number(/^Pss:\s+(\d+)/m.exec(text)?.[1]) / 1024,
    };
  } catch {
    return { rss: Number.NaN, pss: Number.NaN };
  }
}

/** Processor milliseconds that the processes have used so far, all their threads together; the system counts in 10 ms. */
export function cpuMs(pids) {
  let ticks = 0;
  for (const pid of pids) {
    const [, , , , , , , , , , , user, system] = fieldsOf(pid);
    ticks += Number(user) + Number(system);
  }
  return (ticks * 1000) / ticksPerSecond();
}

/** A process and all its descendants. */
export function tree(pid) {
  const parents = new Map();
  for (const name of process.platform === 'linux' ? readdirSync('/proc').filter((entry) => /^\d+$/.test(entry)) : []) {
    const parent = Number(fieldsOf(name)[1]);
    if (!Number.isNaN(parent)) parents.set(Number(name), parent);
  }
  const members = [pid];
  for (const member of members) for (const [child, parent] of parents) if (parent === member) members.push(child);
  return members;
}

export function sum(memories) {
  return memories.reduce((total, { rss, pss }) => ({ rss: total.rss + rss, pss: total.pss + pss }), { rss: 0, pss: 0 });
}

/** The fields of /proc/PID/stat from the state on; none when the process has ended. */
function fieldsOf(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return [];
  }
}

let ticks;
function ticksPerSecond() {
  ticks ??= Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));
  return ticks;
}
