import { expect, test } from 'vitest';
import { profileSchema } from '../../../shared/model/profile.ts';
import { entryOf, openCatalog } from '../../support/open-catalog.ts';
import { rejected } from '../../support/thrown.ts';

const HAND_WRITTEN = `{
  "mcpServers": {
    "a": { "command": "x" }, // first
    "b": { "command": "y" }
  },
  "portolan": {
    "version": 1,
    "profiles": {
      // for work
      "work": { "title": "Work", "servers": ["b", "a", "gone"], "mode": "search", "own": { "x": 1 } }, // keep
      "bad": { "servers": "a" }
    }
  }
}
`;

const profileOf = (name: string, ...servers: string[]) => profileSchema.parse({ name, servers });

test('profiles are read from the file; a bad one is left out and named', async () => {
  const { catalog } = await openCatalog(HAND_WRITTEN);
  expect(catalog.profiles()).toEqual([
    { name: 'work', title: 'Work', servers: ['b', 'a', 'gone'], mode: 'search', nameBudget: 64 },
  ]);
  expect(catalog.profile('bad')).toBeUndefined();
  expect(catalog.state().problem).toMatchObject({ code: 'CATALOG_INVALID', line: 11 });
  expect(catalog.state().problem?.message).toContain('profile "bad" cannot be used: servers');
});

test('a new profile is written in its short form, and undo takes it back', async () => {
  const { catalog, text } = await openCatalog('{\n  "mcpServers": { "a": { "command": "x" } }\n}\n');
  const before = text();
  expect(await catalog.createProfile(profileOf('work', 'a', 'a'))).toEqual(profileOf('work', 'a'));
  expect(JSON.parse(text())).toEqual({
    mcpServers: { a: { command: 'x' } },
    portolan: { profiles: { work: { servers: ['a'] } } },
  });
  await catalog.undo();
  expect([text(), catalog.profiles()]).toEqual([before, []]);
});

test('each change touches only its own bytes: comments, order and unknown keys stay', async () => {
  const { catalog, text } = await openCatalog(HAND_WRITTEN);
  await catalog.updateProfile('work', { servers: ['a', 'gone'], mode: 'all' });
  let expected = HAND_WRITTEN.replace('["b", "a", "gone"], "mode": "search"', '["a", "gone"], "mode": "all"');
  expect(text()).toBe(expected);
  await catalog.renameProfile('work', 'office');
  expected = expected.replace('"work"', '"office"');
  expect(text()).toBe(expected);
  await catalog.removeProfile('bad');
  expect(text()).toContain('"own": { "x": 1 } } // keep');
  expect(catalog.state().problem).toBeUndefined();
});

test('profiles follow a server that is renamed or removed, in the same undoable change', async () => {
  const { catalog, text, changes } = await openCatalog(HAND_WRITTEN);
  await catalog.rename('b', 'c');
  expect(catalog.profile('work')?.servers).toEqual(['c', 'a', 'gone']);
  expect(changes.at(-1)).toMatchObject({ removed: ['b'], added: ['c'], profiles: ['work'] });
  await catalog.remove('a');
  expect(catalog.profile('work')?.servers).toEqual(['c', 'gone']);
  await catalog.undo();
  await catalog.undo();
  expect(text()).toBe(HAND_WRITTEN);
});

test('names are unique among profiles and servers, whatever their case; members must be there', async () => {
  const { catalog } = await openCatalog(HAND_WRITTEN);
  for (const name of ['WORK', 'A', 'Bad']) {
    expect((await rejected(catalog.createProfile(profileOf(name, 'a')))).code).toBe('DUPLICATE_NAME');
  }
  expect((await rejected(catalog.add(entryOf('Work')))).code).toBe('DUPLICATE_NAME');
  expect(await rejected(catalog.rename('a', 'work'))).toMatchObject({ code: 'DUPLICATE_NAME' });
  expect((await rejected(catalog.renameProfile('work', 'b'))).code).toBe('DUPLICATE_NAME');
  expect((await rejected(catalog.createProfile(profileOf('new', 'nobody')))).code).toBe('SERVER_NOT_FOUND');
  expect((await rejected(catalog.updateProfile('work', { servers: ['nobody'] }))).code).toBe('SERVER_NOT_FOUND');
  expect((await rejected(catalog.updateProfile('none', {}))).code).toBe('PROFILE_NOT_FOUND');
  expect((await rejected(catalog.removeProfile('none'))).code).toBe('PROFILE_NOT_FOUND');
  expect((await rejected(catalog.createProfile({ ...profileOf('x'), name: '.x' }))).code).toBe('NAME_INVALID');
  await catalog.renameProfile('work', 'Work');
  expect(catalog.profile('Work')?.servers).toEqual(['b', 'a', 'gone']);
});
