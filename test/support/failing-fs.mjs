// Preloaded with `--import`: makes the n-th changing call of node:fs in this process fail, as a full, broken or read-only
// disk does. Environment: FAIL_AT the number from 1 (0: none), FAIL_CODE the errno, CALLS_LOG a file that gets the calls' names.
// A write that fails has written half of its bytes. What only reads is left alone.
import fs from 'node:fs';
import promises from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';

let failAt = Number(process.env.FAIL_AT ?? 0);
const code = process.env.FAIL_CODE ?? 'EIO';
const calls = [];
const { writeFileSync } = fs;

/** Notes the call; true when it is the one that fails. */
function isFatal(name) {
  calls.push(name);
  return calls.length === failAt;
}

const failure = (name) => Object.assign(new Error(`${code}: injected, ${name}`), { code, syscall: name });
const isReading = (flags) => flags === undefined || flags === 'r' || (typeof flags === 'number' && (flags & 3) === 0);

function wrap(owner, name, { reads = () => false, half } = {}) {
  const original = owner[name];
  owner[name] = function wrapped(...args) {
    if (reads(...args) || !isFatal(name)) return original.apply(this, args);
    const isSync = name.endsWith('Sync');
    if (half === undefined) {
      if (isSync) throw failure(name);
      return Promise.reject(failure(name));
    }
    const begun = original.apply(this, half(args));
    if (isSync) throw failure(name);
    return begun.then(() => {
      throw failure(name);
    });
  };
}

const halfOf = (at) => (args) =>
  args.map((arg, index) => (index === at ? Buffer.from(arg).subarray(0, arg.length >> 1) : arg));

const handle = await promises.open(process.execPath, 'r');
const prototype = Object.getPrototypeOf(handle);
await handle.close();
for (const name of ['sync', 'datasync', 'chmod', 'truncate']) wrap(prototype, name);
for (const name of ['write', 'writeFile', 'appendFile']) wrap(prototype, name, { half: halfOf(0) });
for (const name of ['rename', 'link', 'unlink', 'mkdir', 'chmod', 'copyFile', 'rm']) wrap(promises, name);
for (const name of ['renameSync', 'linkSync', 'unlinkSync', 'mkdirSync', 'chmodSync', 'fsyncSync', 'copyFileSync'])
  wrap(fs, name);
for (const name of ['writeFile', 'appendFile']) wrap(promises, name, { half: halfOf(1) });
wrap(promises, 'open', { reads: (_path, flags) => isReading(flags) });
wrap(fs, 'openSync', { reads: (_path, flags) => isReading(flags) });
wrap(fs, 'writeFileSync', { half: halfOf(1) });
// Standard output is not the disk's business.
wrap(fs, 'writeSync', { reads: (fd) => fd <= 2, half: halfOf(1) });
syncBuiltinESMExports();

// A program that does the same many times tells which of the next calls fails, and asks how many there were.
process.on('portolan-fail-at', (next) => {
  calls.length = 0;
  failAt = next;
});
process.on('portolan-calls', (answer) => answer.push(calls.length));

process.on('exit', () => {
  if (process.env.CALLS_LOG) writeFileSync(process.env.CALLS_LOG, JSON.stringify(calls));
});
