// A program of its own that makes one change to a settings file or catalog: started by tests that inject faults.
// argv: `settings`, `catalog` or `data-dir`, and the path; then `fixed-names` for the same
// names of temporary files in every run, so that a fault can be aimed at them. Prints `done` or the code it ended with.
import { writeSync } from 'node:fs';
import { prepareDataDir, resolvePaths } from '../../core/base/paths.ts';
import { SettingsFile } from '../../core/base/settings.ts';
import { Catalog } from '../../core/catalog/catalog.ts';
import { toPortolanError } from '../../shared/errors.ts';
import { serverEntrySchema } from '../../shared/model/server-entry.ts';

const [, , kind, path = '', fixedNames] = process.argv;
if (fixedNames === 'fixed-names') {
  Object.assign(process.getBuiltinModule('node:crypto'), { randomBytes: (size: number) => Buffer.alloc(size) });
  Date.now = () => 1_700_000_000_000;
  Math.random = () => 0.5;
}

const logger = { warn: () => undefined };

async function change(): Promise<void> {
  if (kind === 'data-dir') {
    prepareDataDir(resolvePaths({ PORTOLAN_HOME: path }));
    return;
  }
  if (kind === 'settings') {
    await SettingsFile.open({ path, logger }).set({ idleExitMinutes: 5, singleKeyShortcuts: false });
    return;
  }
  const catalog = await Catalog.open({ path, logger, onChange: () => undefined });
  try {
    await catalog.add(
      serverEntrySchema.parse({ name: 'added', endpoint: { type: 'stdio', command: 'x' }, options: {} }),
    );
  } finally {
    await catalog.close();
  }
}

const end = await change().then(
  () => 'done',
  (error: unknown) => toPortolanError(error).code,
);
writeSync(1, `${end}\n`);
