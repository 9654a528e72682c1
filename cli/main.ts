#!/usr/bin/env node
// Entry of the command line. AI clients start `portolan connect` many times, so nothing but the shim is loaded for it.
const args = process.argv.slice(2);

if (args[0] === 'connect' && !args.includes('--help') && !args.includes('-h')) {
  // One CommonJS file, made by the build: the loader of modules would take longer for each of its files than the shim for all.
  const load = process.getBuiltinModule('node:module').createRequire(import.meta.url);
  const { connect } = load('./connect.cjs') as typeof import('./connect.ts');
  connect(args.slice(1));
} else {
  const { run } = await import('./program.ts');
  process.exitCode = await run(args);
}

export {};
