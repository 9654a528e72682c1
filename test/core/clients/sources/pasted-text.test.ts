// Pasted text of every kind ends in the servers that its author meant.
import { describe, expect, it } from 'vitest';
import { CLIENT_FORMATS } from '../../../../core/clients/client-formats.ts';
import { readPasted } from '../../../../core/clients/sources/pasted-text.ts';

function servers(text: string) {
  return readPasted(text, CLIENT_FORMATS).parsed.result.servers.map((server) => {
    const { name, url, command, args = [], env = {}, headers = {} } = server;
    return [name, url ?? [command, ...args].join(' '), { ...env, ...headers }];
  });
}

const W = ['w', 'npx -y p', {}];

describe('pasted text', () => {
  it.each<[text: string, expected: unknown]>([
    ['{"mcpServers":{"w":{"command":"npx","args":["-y","p"]}}}', W],
    ['"w": {"command":"npx","args":["-y","p"]},', W],
    ['"mcpServers": {\n  "w": {"command":"npx","args":["-y","p"]}\n}', W],
    ['```json\n{"w":{"command":"npx","args":["-y","p"]}}\n```', W],
    ['mcpServers:\n  w:\n    command: npx\n    args: [-y, p]\n', W],
    ['mcpServers:\n  # one\n  - name: w\n    command: npx\n    args: ["-y", p]\n', W],
    ['extensions:\n  w:\n    type: stdio\n    name: w\n    enabled: true\n    cmd: npx\n    args: ["-y", p]\n', W],
    ['w:\n  command: npx\n  args:\n    - "-y"\n    - p\n', W],
    ['claude mcp add w -- npx -y p', W],
    ['claude mcp add w npx -y p', W],
    ['$ claude mcp add -s user -e A=1 B=2 w \\\n   -- npx -y p', ['w', 'npx -y p', { A: '1', B: '2' }]],
    [
      'claude mcp add --transport http w https://x.example/mcp --header "X-A: b c"',
      ['w', 'https://x.example/mcp', { 'X-A': 'b c' }],
    ],
    ['claude mcp add-json w \'{"command":"npx","args":["-y","p"]}\'', W],
    ['codex mcp add w --env A=1 -- npx -y p', ['w', 'npx -y p', { A: '1' }]],
    ['codex mcp add w --url https://x.example/mcp', ['w', 'https://x.example/mcp', {}]],
    [
      'codex mcp add w --url https://x.example/mcp --bearer-token-env-var T',
      ['w', 'https://x.example/mcp', { Authorization: 'Bearer ${env:T}' }],
    ],
    ['gemini mcp add -s user -t sse --trust w https://x.example/sse', ['w', 'https://x.example/sse', {}]],
    ['gemini mcp add w npx -y p', W],
    ['code --add-mcp \'{"name":"w","command":"npx","args":["-y","p"]}\'', W],
    ['code --add-mcp "{\\"name\\":\\"w\\",\\"command\\":\\"npx\\",\\"args\\":[\\"-y\\",\\"p\\"]}"', W],
    ['npx -y @a/thing@1.2.0', ['thing', 'npx -y @a/thing@1.2.0', {}]],
    ['A=1 uvx thing', ['thing', 'uvx thing', { A: '1' }]],
    ['  https://x.example/mcp \n', ['x.example', 'https://x.example/mcp', {}]],
    [
      '{"name":"a/b","remotes":[{"type":"sse","url":"https://x.example/sse"}]}',
      ['a/b#remote', 'https://x.example/sse', {}],
    ],
  ])('%j', (text, expected) => {
    expect(servers(text)).toEqual([expected]);
  });

  it.each(['rm -rf /', 'hello there', 'claude mcp remove w', 'npx', 'claude mcp add "w', '', 'a: b'])(
    '%j holds no server',
    (text) => {
      expect(servers(text)).toEqual([]);
    },
  );

  it('reads a plain mcp.json (SEP-2633) with titles, fallbacks and a password manager', () => {
    const { result } = readPasted(
      JSON.stringify({
        mcpServers: {
          w: {
            type: 'streamable-http',
            title: 'Weather',
            description: 'Forecasts',
            url: 'https://x.example/mcp',
            headers: { 'X-A': '${env:A | value:b}', 'X-T': '${op://vault/item/token}' },
          },
        },
      }),
      CLIENT_FORMATS,
    ).parsed;
    expect(result.servers[0]).toMatchObject({
      transport: 'streamable-http',
      displayName: 'Weather',
      description: 'Forecasts',
      refs: [
        { path: '/headers/X-A', syntax: '${env:X | value:y}', kind: 'env', name: 'A', default: 'b' },
        { path: '/headers/X-T', syntax: '${op://X}', kind: 'input', name: 'op://vault/item/token' },
      ],
    });
    expect(result.servers[0]?.secretCandidates).toBeUndefined();
  });
});
