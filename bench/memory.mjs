// Memory of a process and all its descendants, from /proc (Linux only).
import { readdirSync, readFileSync } from 'node:fs';

/** Resident and proportional memory in MB of a process tree; NaN where the system does not tell. */
export function treeMemory(pid) {
  const total = { rss: 0, pss: 0 };
  try {
    for (const member of tree(pid)) {
      const text = readFileSync(`/proc/${member}/smaps_rollup`, 'utf8');
      total.rss += Number(/^Rss:\s+(\d+)/m.exec(text)?.[1]) / 1024;
      total.pss += Number(/^Pss:\s+(\d+)/m.exec(text)?.[1]) / 1024;
    }
    return total;
  } catch {
    return { rss: Number.NaN, pss: Number.NaN };
  }
}

function tree(pid) {
  const parents = new Map();
  for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      parents.set(Number(name), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]));
    } catch {
      // it ended while we looked
    }
  }
  const members = [pid];
  for (const member of members) for (const [child, parent] of parents) if (parent === member) members.push(child);
  return members;
}
