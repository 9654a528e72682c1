import { expect, test } from 'vitest';
import { entryHash } from '../../../core/policy/entry-approvals.ts';
import type { Endpoint } from '../../../shared/model/server-entry.ts';
import { freshApprovals, freshStateDb } from '../../support/pins.ts';

const STDIO = {
  type: 'stdio',
  command: 'npx',
  args: ['-y', '@example/notes@1.2.3', '--root=/home/maya'] as string[],
  env: { TOKEN: '${secret:notes}', MODE: 'read' },
  cwd: '/home/maya',
} as const;
const REMOTE = {
  type: 'streamable-http',
  url: 'https://notes.example/mcp',
  headers: { Authorization: 'Bearer ${secret:notes}' },
} as const;

function stdio(change: Partial<Extract<Endpoint, { type: 'stdio' }>> = {}): Endpoint {
  return { ...STDIO, args: [...STDIO.args], ...change };
}

function remote(change: Partial<Exclude<Endpoint, { type: 'stdio' }>> = {}): Endpoint {
  return { ...REMOTE, ...change };
}

/** Approvals in which `endpoint` is approved for `notes`, and the question whether another form is held. */
function approved(endpoint: Endpoint) {
  const approvals = freshApprovals();
  approvals.approve({ name: 'notes', endpoint }, 'reviewed');
  return { approvals, held: (now: Endpoint) => approvals.holds({ name: 'notes', endpoint: now }) };
}

/** Every text that differs from `text` in one byte, at each of its places. */
function oneByteOff(text: string): string[] {
  return text
    .split('')
    .map((character, index) => text.slice(0, index) + (character === 'x' ? 'y' : 'x') + text.slice(index + 1));
}

test('CFG-08 one changed byte of command, args, env, cwd, url or header needs a new approval', () => {
  const local = approved(stdio());
  const forms = [
    ...oneByteOff(STDIO.command).map((command) => stdio({ command })),
    ...STDIO.args.flatMap((arg, index) =>
      oneByteOff(arg).map((other) => stdio({ args: STDIO.args.toSpliced(index, 1, other) })),
    ),
    ...oneByteOff(STDIO.env.TOKEN).map((TOKEN) => stdio({ env: { ...STDIO.env, TOKEN } })),
    ...oneByteOff('MODE').map((name) => stdio({ env: { TOKEN: STDIO.env.TOKEN, [name]: 'read' } })),
    ...oneByteOff(STDIO.cwd).map((cwd) => stdio({ cwd })),
    stdio({ args: [...STDIO.args, ''] }),
    // The same text cut elsewhere is another command.
    stdio({ args: ['-y', '@example/notes@1.2.3 --root=/home/maya'] }),
    stdio({ env: { ...STDIO.env, NODE_OPTIONS: '' } }),
  ];
  expect(forms.filter((form) => local.held(form) === undefined)).toEqual([]);
  const far = approved(remote());
  const addresses = [
    ...oneByteOff(REMOTE.url).map((url) => remote({ url })),
    ...oneByteOff(REMOTE.headers.Authorization).map((Authorization) => remote({ headers: { Authorization } })),
    remote({ headers: { ...REMOTE.headers, 'X-More': '1' } }),
    remote({ type: 'sse' }),
  ];
  expect(addresses.filter((form) => far.held(form) === undefined)).toEqual([]);
  expect(forms.length + addresses.length).toBeGreaterThan(120);
});

test('CFG-08 what was approved starts, in whatever order the file lists its variables and headers', () => {
  const { held } = approved(stdio());
  expect(held(stdio())).toBeUndefined();
  expect(held(stdio({ env: { MODE: 'read', TOKEN: '${secret:notes}' } }))).toBeUndefined();
});

test('CFG-08 an approval is for one form: an earlier approved one is held again', () => {
  const { approvals, held } = approved(stdio());
  approvals.approve({ name: 'notes', endpoint: stdio({ command: 'other' }) }, 'reviewed');
  expect(held(stdio())?.code).toBe('APPROVAL_NEEDED');
});

test('CFG-18 an address that becomes a program is held and says so', () => {
  const { held } = approved(remote());
  expect(held(stdio())).toMatchObject({
    code: 'APPROVAL_NEEDED',
    message: expect.stringContaining('would now run a program'),
  });
});

test('CFG-20 a server that keeps its name and changes its host is held and says so', () => {
  const { held } = approved(remote());
  expect(held(remote({ url: 'https://notes.example.evil.example/mcp' }))?.message).toContain('another host');
  expect(held(remote({ url: 'https://notes.example/other' }))?.message).not.toContain('another host');
});

test('nothing is approved that nobody has seen, but for what was there before', () => {
  const approvals = freshApprovals();
  expect(approvals.holds({ name: 'notes', endpoint: stdio() })?.code).toBe('APPROVAL_NEEDED');
  approvals.begin([{ name: 'notes', endpoint: stdio() }]);
  // It began already: a later catalog is no older one.
  expect(approvals.holds({ name: 'notes', endpoint: stdio() })?.code).toBe('APPROVAL_NEEDED');
});

test('a change that fails leaves the approval as it was', async () => {
  const { approvals, held } = approved(stdio());
  const other = { name: 'notes', endpoint: stdio({ command: 'other' }) };
  await expect(approvals.approving(other, 'added', () => Promise.reject(new Error('disk full')))).rejects.toThrow(
    'disk full',
  );
  expect(held(stdio())).toBeUndefined();
  expect(held(other.endpoint)).toBeDefined();
});

test('a step back revives what was approved once and nothing else', () => {
  const { approvals, held } = approved(stdio());
  approvals.withdraw('notes');
  expect(held(stdio())).toBeDefined();
  approvals.revive({ name: 'notes', endpoint: stdio() });
  expect(held(stdio())).toBeUndefined();
  approvals.revive({ name: 'notes', endpoint: stdio({ command: 'never' }) });
  expect(held(stdio({ command: 'never' }))).toBeDefined();
});

test('the hash tells an argument from two and a name from its value', () => {
  expect(entryHash(stdio({ args: ['a', 'b'] }))).not.toBe(entryHash(stdio({ args: ['a b'] })));
  expect(entryHash(stdio({ env: { A: 'B' } }))).not.toBe(entryHash(stdio({ env: { AB: '' } })));
});

test('an entry whose change fails leaves nothing of itself, and what was approved before is so again', async () => {
  const stateDb = freshStateDb();
  const approvals = freshApprovals(stateDb);
  approvals.approve({ name: 'notes', endpoint: remote() }, 'added');
  const entry = { name: 'notes', endpoint: stdio({ env: { TOKEN: 'sk-live-EXAMPLE0' } }) };
  const refused = approvals.approving(entry, 'added', () => {
    expect(approvals.isApproved(entry)).toBe(true);
    return Promise.reject(new Error('it holds a literal secret'));
  });
  await expect(refused).rejects.toThrow('it holds a literal secret');
  expect(approvals.isApproved(entry)).toBe(false);
  expect(approvals.isApproved({ name: 'notes', endpoint: remote() })).toBe(true);
  expect(JSON.stringify(stateDb.db.prepare('SELECT * FROM entry_approvals').all())).not.toContain('EXAMPLE0');
});
