// The commands that docs/cli.md lists are those of the program.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { expect, it } from 'vitest';
import { programFor } from '../../cli/program.ts';

const DOCS = readFileSync(join(import.meta.dirname, '../../docs/cli.md'), 'utf8');

it('docs/cli.md has every command and sub-command, and none that is not there', async () => {
  const rows = [...DOCS.matchAll(/^\| (`portolan.*`[^|]*) \| [^|]+ \|$/gm)].map(([, row = '']) =>
    row.replaceAll('\\|', '|'),
  );
  const listed = rows.flatMap((row) => [...row.matchAll(/`(?:portolan )?([a-z]+)\b/g)].map(([, word]) => word));
  const program = await programFor();
  const words = program.commands.map((command) => command.name());
  expect(new Set(listed.filter((word) => word !== 'portolan' && word !== 'help'))).toEqual(new Set(words));
  for (const group of program.commands.filter((command) => command.commands.length > 0)) {
    const row = rows.find((text) => text.startsWith(`\`portolan ${group.name()} [`)) ?? '';
    for (const sub of group.commands) expect(row).toMatch(new RegExp(`[[|]${sub.name()}\\b`));
  }
});

it('every command takes --json, except the one that speaks MCP', async () => {
  const without = leaves(await programFor())
    .filter((command) => !command.options.some((option) => option.long === '--json'))
    .map((command) => command.name());
  expect(without).toEqual(['connect']);
});

it('every flag is in docs/cli.md', async () => {
  const flags = leaves(await programFor()).flatMap((command) => command.options.map((option) => option.long ?? ''));
  expect([...new Set(flags)].filter((flag) => !DOCS.includes(flag))).toEqual([]);
});

function leaves(command: Command): Command[] {
  return command.commands.length === 0 ? [command] : [command, ...command.commands.flatMap(leaves)];
}
