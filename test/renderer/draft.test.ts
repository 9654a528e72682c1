import { describe, expect, it } from 'vitest';
import {
  argsOf,
  argsText,
  draftOf,
  draftProblems,
  emptyDraft,
  NAME_PATTERN,
  readyEntry,
  valueRow,
} from '../../renderer/features/servers/draft.ts';
import type { Endpoint } from '../../shared/model/server-entry.ts';
import { SERVER_NAME_PATTERN } from '../../shared/model/server-name.ts';

describe('a server being edited', () => {
  it('has the name rule of the catalog', () => {
    expect(NAME_PATTERN.source).toBe(SERVER_NAME_PATTERN.source);
  });

  it.each([[[]], [['a', '-b', 'c d']], [['line\nbreak', 'x']], [['', 'x']], [['["a"]']], [['["a"', '"b"]']]])(
    'keeps arguments %j exactly',
    (args) => {
      expect(argsOf(argsText(args))).toEqual(args);
    },
  );

  it.each<Endpoint>([
    {
      type: 'stdio',
      command: 'npx',
      args: ['-y', 'x'],
      env: { A: 'b', T: '${secret:t}', M: 'pre ${env:X}' },
      cwd: '/tmp',
    },
    { type: 'sse', url: 'https://x.example/sse', headers: { Authorization: '${secret:x-auth}' } },
  ])('comes back unchanged when nothing was typed', (endpoint) => {
    expect(readyEntry(draftOf('x', endpoint))).toEqual({ name: 'x', endpoint, secrets: {} });
  });

  it('replacing a kept secret writes the same keychain name', () => {
    const draft = draftOf('x', {
      type: 'http-auto',
      url: 'https://x.example',
      headers: { Authorization: '${secret:shared}' },
    });
    const [row] = draft.headers;
    const ready = readyEntry({ ...draft, headers: row ? [{ ...row, value: 'Bearer new' }] : [] });
    expect(ready.secrets).toEqual({ shared: 'Bearer new' });
    expect(ready.endpoint).toMatchObject({ headers: { Authorization: '${secret:shared}' } });
  });

  it('a secret never stays in the endpoint', () => {
    const draft = { ...emptyDraft('stdio'), name: 's', command: 'x', env: [valueRow('API_KEY', 'abc')] };
    const ready = readyEntry(draft);
    expect(JSON.stringify(ready.endpoint)).not.toContain('abc');
    expect(ready.secrets).toEqual({ 's-api-key': 'abc' });
  });

  it('names every problem at its field', () => {
    expect(draftProblems(emptyDraft(), [])).toEqual({
      name: 'Give the server a name.',
      command: 'Name the program that starts the server.',
    });
    expect(draftProblems({ ...emptyDraft('sse'), name: 'a', url: 'ftp://x' }, ['a'])).toEqual({
      name: 'A server named a exists.',
      url: 'Give an address that starts with https:// or http://.',
    });
    const twice = { ...emptyDraft(), name: 'b', command: 'x', env: [valueRow('A', '1'), valueRow('A', '2')] };
    expect(draftProblems(twice, [])).toEqual({ values: 'Two values have the same name.' });
    const hollow = { ...emptyDraft(), name: 'b', command: 'x', env: [valueRow('A', '', true)] };
    expect(draftProblems(hollow, []).values).toContain('Type the value of A');
  });
});
