import { join } from 'node:path';
import { expect, test } from 'vitest';
import { dataDir, socketPath } from '../../cli/socket-path.ts';
import { resolvePaths } from '../../core/base/paths.ts';

const ENVIRONMENTS: readonly NodeJS.ProcessEnv[] = [
  { PORTOLAN_HOME: '/srv/portolan' },
  { PORTOLAN_HOME: 'relative/place' },
  { PORTOLAN_HOME: `/srv/${'long-folder-name/'.repeat(8)}portolan` },
  { PORTOLAN_HOME: '/srv/ümläut/portolan' },
  { HOME: '/home/dana', XDG_DATA_HOME: '/home/dana/data' },
  { HOME: '/home/dana' },
  { HOME: '/home/dana', XDG_DATA_HOME: 'relative' },
  {},
];

test.each(ENVIRONMENTS)('the shim looks for the host where the host listens: %j', (env) => {
  const paths = resolvePaths(env);
  expect({ home: dataDir(env), socket: socketPath(env) }).toEqual({ home: paths.home, socket: paths.socket });
});

test('a path too long for a socket is replaced by a short one in the temporary folder', () => {
  const path = socketPath({ PORTOLAN_HOME: join('/srv', 'x'.repeat(120)) });
  expect(path).toMatch(/^\/.*\/portolan-\d+\/[0-9a-f]{16}\.sock$/);
});
