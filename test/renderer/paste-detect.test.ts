import { describe, expect, it } from 'vitest';
import { readyEntry } from '../../renderer/features/servers/draft.ts';
import { type Detected, detectPaste, splitCommand } from '../../renderer/features/servers/paste-detect.ts';

function entryOf(found: Detected) {
  return 'draft' in found ? readyEntry(found.draft) : found;
}

describe('what was pasted', () => {
  it('a URL becomes a remote server named after its path', () => {
    const found = detectPaste('  https://mcp.acme.example/github \n');
    expect(found.kind).toBe('url');
    expect(entryOf(found)).toEqual({
      name: 'github',
      endpoint: { type: 'http-auto', url: 'https://mcp.acme.example/github', headers: {} },
      secrets: {},
    });
  });

  it('a URL that ends in /sse is the older transport', () => {
    expect(entryOf(detectPaste('https://dw.acme.example/sse'))).toMatchObject({
      name: 'acme',
      endpoint: { type: 'sse' },
    });
  });

  it('a command line is split as a shell would and named after its package', () => {
    const found = detectPaste(`$ npx -y @acme/tool-mcp@1.2.3 --root "/home/my dir" 'it''s' a\\ b`);
    expect(found).toMatchObject({ kind: 'command', words: 'A command: runs npx on this computer' });
    expect(entryOf(found)).toEqual({
      name: 'tool',
      endpoint: {
        type: 'stdio',
        command: 'npx',
        args: ['-y', '@acme/tool-mcp@1.2.3', '--root', '/home/my dir', 'its', 'a b'],
        env: {},
      },
      secrets: {},
    });
  });

  it('leading assignments become environment values and tokens go to the keychain', () => {
    expect(entryOf(detectPaste('GITHUB_TOKEN=ghp_0123456789abcdefghij LEVEL=2 uvx mcp-server-git'))).toEqual({
      name: 'git',
      endpoint: {
        type: 'stdio',
        command: 'uvx',
        args: ['mcp-server-git'],
        env: { GITHUB_TOKEN: '${secret:git-github-token}', LEVEL: '2' },
      },
      secrets: { 'git-github-token': 'ghp_0123456789abcdefghij' },
    });
  });

  it.each([
    '{"mcpServers":{"notes":{"command":"node","args":["a.mjs"]}}}',
    '{"servers":{"notes":{"command":"node","args":["a.mjs"]}}}',
    '{"notes":{"command":"node","args":["a.mjs"]}}',
    '"notes": {"command":"node","args":["a.mjs"]},',
    '{"name":"notes","command":"node","args":["a.mjs"]}',
  ])('a JSON snippet of any shape: %s', (text) => {
    expect(entryOf(detectPaste(text))).toEqual({
      name: 'notes',
      endpoint: { type: 'stdio', command: 'node', args: ['a.mjs'], env: {} },
      secrets: {},
    });
  });

  it('several servers are named and none is chosen', () => {
    expect(detectPaste('{"mcpServers":{"a":{"command":"x"},"b":{"url":"https://b.example"}}}')).toEqual({
      kind: 'many',
      words: 'A JSON snippet with 2 servers',
      names: ['a', 'b'],
    });
  });

  it.each([
    ['', 'nothing'],
    ['{"mcpServers":', 'unclear'],
    ['{"a":1}', 'unclear'],
    ['npx "open', 'unclear'],
    ['A=1 B=2', 'unclear'],
  ])('%j is %s', (text, kind) => {
    expect(detectPaste(text).kind).toBe(kind);
  });

  it('nothing in a command is expanded', () => {
    expect(splitCommand('echo $HOME `id` $(id) *')).toEqual(['echo', '$HOME', '`id`', '$(id)', '*']);
  });
});
