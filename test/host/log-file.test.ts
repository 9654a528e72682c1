// The log is bounded, private, and never in the way.
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openLogFile } from '../../host/log-file.ts';
import { tempDir } from '../support/temp-dir.ts';

describe('openLogFile', () => {
  it('RES-08 keeps five files of at most the given size, 0600, whatever is written', () => {
    const dir = tempDir();
    const log = openLogFile(join(dir, 'host.log'), { maxBytes: 10_000 });
    for (let n = 0; n < 5_000; n += 1) log.write(`line ${n} ${'x'.repeat(50)}`);
    log.close();
    const files = readdirSync(dir).sort();
    expect(files).toEqual(['host.log', 'host.log.1', 'host.log.2', 'host.log.3', 'host.log.4']);
    for (const file of files) {
      const { size, mode } = statSync(join(dir, file));
      expect(size).toBeLessThanOrEqual(10_000);
      expect(mode & 0o777).toBe(0o600);
    }
  });

  it('goes on without a file', () => {
    const log = openLogFile(join(tempDir(), 'missing', 'host.log'));
    expect(() => log.write('x')).not.toThrow();
  });
});
