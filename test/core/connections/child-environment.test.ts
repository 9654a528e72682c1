// Which variables a child gets.
import { expect, test } from 'vitest';
import { childEnvironment, pathOf } from '../../../core/connections/child-environment.ts';

const base = { path: undefined, marker: 'm' };

test('SUP-03: on Windows the variables that programs need arrive whatever their case, and nothing else', () => {
  const hostEnv = {
    Path: 'C:\\bin',
    SystemRoot: 'C:\\Windows',
    PATHEXT: '.EXE',
    ComSpec: 'cmd',
    APPDATA: 'a',
    TOKEN: 'x',
  };
  const { env } = childEnvironment({ ...base, hostEnv, declared: {}, platform: 'win32' });
  expect(env).toEqual({
    Path: 'C:\\bin',
    SystemRoot: 'C:\\Windows',
    PATHEXT: '.EXE',
    ComSpec: 'cmd',
    APPDATA: 'a',
    PORTOLAN_CHILD: 'm',
  });
});

test('on Windows a declared variable replaces the one that differs in case only', () => {
  const { env } = childEnvironment({ ...base, hostEnv: { Path: 'a' }, declared: { PATH: 'b' }, platform: 'win32' });
  expect(env).toEqual({ PATH: 'b', PORTOLAN_CHILD: 'm' });
  expect(pathOf(env, 'win32')).toBe('b');
});

test('the login shell’s PATH replaces the host’s, the entry’s goes before both', () => {
  const options = { ...base, path: '/login', hostEnv: { PATH: '/host' }, platform: 'linux' as const };
  expect(childEnvironment({ ...options, declared: {} }).env['PATH']).toBe('/login');
  expect(childEnvironment({ ...options, declared: { PATH: '/own' } }).env['PATH']).toBe('/own');
});

test('an entry cannot take the marker away', () => {
  const { env } = childEnvironment({ ...base, hostEnv: {}, declared: { PORTOLAN_CHILD: '' }, platform: 'linux' });
  expect(env).toEqual({ PORTOLAN_CHILD: 'm' });
});

test('SUP-03: declared variables that load code are named', () => {
  const declared = {
    NODE_OPTIONS: '',
    LD_PRELOAD: '',
    DYLD_INSERT_LIBRARIES: '',
    PYTHONSTARTUP: '',
    node_options: '',
    API_KEY: '',
  };
  expect(childEnvironment({ ...base, hostEnv: {}, declared, platform: 'linux' }).loaderVariables).toEqual([
    'NODE_OPTIONS',
    'LD_PRELOAD',
    'DYLD_INSERT_LIBRARIES',
    'PYTHONSTARTUP',
    'node_options',
  ]);
});
