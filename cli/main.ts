#!/usr/bin/env node
// Entry of the command line. AI clients start `portolan connect` many times, so nothing but the shim is loaded for it.
const args = process.argv.slice(2);

if (args[0] === 'connect' && !args.includes('--help') && !args.includes('-h')) {
  const { connect } = await import('./connect.ts');
  connect(args.slice(1));
} else {
  const { run } = await import('./program.ts');
  process.exitCode = await run(args);
}

export {};
