// The required client scenarios of 2025-11-25 that need no authorization, through `portolan connect`.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { ROOT } from '../support/portolan.ts';

const SUITE = join(ROOT, 'node_modules', '@modelcontextprotocol', 'conformance', 'dist', 'index.js');
const DRIVER = `${process.execPath} ${join(ROOT, 'test', 'conformance', 'client-driver.ts')}`;

test.each(['initialize', 'tools_call', 'elicitation-sep1034-client-defaults', 'sse-retry'])('%s', async (scenario) => {
  const args = [
    SUITE,
    'client',
    '--command',
    DRIVER,
    '--scenario',
    scenario,
    '--spec-version',
    '2025-11-25',
    '--timeout',
    '60000',
  ];
  const { stdout, stderr } = await promisify(execFile)(process.execPath, args).catch(
    (error: { stdout: string; stderr: string }) => error,
  );
  const output = `${stdout}${stderr}`;
  const counts = /Passed: (\d+)\/\d+, (\d+) failed/.exec(output);
  expect({ passed: Number(counts?.[1] ?? 0) > 0, failed: Number(counts?.[2] ?? 1) }, output).toEqual({
    passed: true,
    failed: 0,
  });
});
