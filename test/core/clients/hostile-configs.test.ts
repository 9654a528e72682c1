// Reading configurations that were made to do harm: nothing in them is ever run, resolved or connected to.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runStraced } from '../../support/run-strace.ts';
import { tempDir } from '../../support/temp-dir.ts';

describe('an import', () => {
  it('CFG-06 executes nothing and connects to nothing while it reads 200 hostile files', { timeout: 120_000 }, () => {
    const home = tempDir();
    const canary = join(home, 'canary');
    mkdirSync(join(home, 'configs'));
    for (let index = 0; index < 200; index += 1)
      writeFileSync(join(home, 'configs', `${index}.json`), hostile(index, canary));
    mkdirSync(join(home, '.cursor'));
    writeFileSync(join(home, '.cursor/mcp.json'), hostile(0, canary));
    const { trace, output } = runStraced(['--trace=execve,execveat,connect'], join(home, 'log'), 'scan-configs.ts', [
      home,
    ]);
    expect(output).toMatch(/^rows [1-9]\d{2,}\n$/);
    expect(trace.filter((line) => /exec/.test(line)).length).toBe(1);
    expect(trace.filter((line) => /AF_INET|AF_UNIX/.test(line))).toEqual([]);
    expect(existsSync(canary)).toBe(false);
  });
});

/** The hostile file number `index`: one of many payloads in one of many places of one of many shapes. */
function hostile(index: number, canary: string): string {
  const run = `touch ${canary}`;
  const payloads = [
    run,
    `$(${run})`,
    `\`${run}\``,
    `; ${run}`,
    `| ${run}`,
    `\n${run}\n`,
    `\${input:x}$(${run})`,
    `%COMSPEC% /c ${run}`,
    `!${run}`,
    `{{${run}}}`,
  ];
  const payload = payloads[index % payloads.length] ?? run;
  const entries: unknown[] = [
    { command: 'sh', args: ['-c', payload] },
    { command: payload },
    { command: 'npx', args: ['-c', payload], env: { NODE_OPTIONS: `--import=data:text/javascript,${payload}` } },
    { type: 'http', url: 'http://127.0.0.1:9/mcp', headersHelper: payload, headers: { 'X-A': payload } },
    { command: 'x', envFile: payload, cwd: payload },
    { command: 'npx', args: ['mcp-remote', 'http://127.0.0.1:9/', '--header', `A:${payload}`] },
    { command: ['sh', '-c', payload] },
    {
      url: `http://127.0.0.1:9/\${X:-${payload}}`,
      oauth: { clientSecret: payload, authServerMetadataUrl: 'http://127.0.0.1:9/' },
    },
  ];
  const entry = entries[index % entries.length];
  const inputs = [{ id: 'x', type: 'command', command: payload }];
  const shapes: string[] = [
    JSON.stringify({ mcpServers: { [payload]: entry }, servers: { a: entry }, inputs }),
    JSON.stringify({ servers: { a: entry }, inputs }),
    `{"mcpServers":{"__proto__":${JSON.stringify(entry)},"constructor":${JSON.stringify(entry)}}}`,
    JSON.stringify(entry),
    JSON.stringify({ a: entry }),
    `"a": ${JSON.stringify(entry)},`,
    `// ${run}\n{"mcpServers":{"a":${JSON.stringify(entry)},},}`,
    `{"mcpServers":{"a":${JSON.stringify(entry)}`,
    '['.repeat(100_000),
    `{"mcpServers":{"a":{"command":"x","extra":${'{"a":'.repeat(150)}1${'}'.repeat(150)}}}}`,
    JSON.stringify({ projects: { [payload]: { mcpServers: { a: entry }, disabledMcpServers: [payload] } } }),
  ];
  return shapes[index % shapes.length] ?? '';
}
