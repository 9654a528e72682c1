// Files of clients with forms of their own that were made to do harm: what a shell would run stays text.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { codecOf } from '../../../core/clients/text/text-codec.ts';
import type { ClientEnv } from '../../../core/clients/client-format.ts';
import { clientFormat } from '../../../core/clients/client-formats.ts';
import { runStraced } from '../../support/run-strace.ts';
import { tempDir } from '../../support/temp-dir.ts';

const CLIENTS = ['codex', 'crush', 'gemini-cli', 'kilo-code', 'opencode', 'qwen-code', 'zed'];

describe('an import from clients with forms of their own', () => {
  it('CFG-06 executes nothing, opens nothing that a value names and connects to nothing', { timeout: 60_000 }, () => {
    const home = tempDir();
    const canary = join(home, 'canary');
    mkdirSync(join(home, 'configs'));
    const env: ClientEnv = { env: {}, platform: 'linux', homeDir: home };
    for (const client of CLIENTS) {
      const format = clientFormat(client);
      const [file] = format.files(env);
      if (file === undefined) throw new Error(`${client} has no file`);
      const codec = codecOf(file.format);
      let text = '';
      for (const [index, entry] of entries(canary, client).entries()) {
        text = codec.setEntry(text, format.place, `${client}-${index}`, entry, { unit: '  ' });
      }
      mkdirSync(dirname(file.path), { recursive: true });
      writeFileSync(file.path, text);
    }
    const { trace, output } = runStraced(['--trace=%file,connect,execveat'], join(home, 'log'), 'scan-configs.ts', [
      home,
    ]);
    // Of each client at least the two commands, which differ in their names.
    expect(Number(/^rows (\d+)\n$/.exec(output)?.[1])).toBeGreaterThanOrEqual(CLIENTS.length * 2);
    expect(trace.filter((line) => /exec/.test(line)).length).toBe(1);
    expect(trace.filter((line) => /AF_INET|AF_UNIX/.test(line))).toEqual([]);
    expect(trace.filter((line) => line.includes('named-by-a-value'))).toEqual([]);
    expect(existsSync(canary)).toBe(false);
  });
});

/** Entries that are servers to one client or another; each client reads what it knows of them. */
function entries(canary: string, client: string): object[] {
  const run = `touch ${canary}`;
  const list = ['sh', client, `$(${run})`, '`id`', '{file:/tmp/named-by-a-value}', '$HOME', '%COMSPEC%'];
  return [
    { type: 'local', command: list, environment: { A: '{file:/tmp/named-by-a-value}' } },
    { type: 'stdio', command: `$(${run})`, args: list, env: { A: `$(${run})`, B: `\${X:-$(${run})}` } },
    {
      url: `http://127.0.0.1:9/${client}`,
      headers: { A: `$(${run})` },
      http_headers: { A: `\`${run}\`` },
      http_headers_helper: run,
    },
    {
      httpUrl: 'http://127.0.0.1:9/$A',
      headers: { A: '{file:/tmp/named-by-a-value}' },
      oauth: { clientId: `$(${run})` },
    },
  ];
}
