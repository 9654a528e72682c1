// Signing in and out on the command line: what is said before a browser opens, what is opened, how each ending is told.
import { expect, test } from 'vitest';
import { deviceSignIn, homographSignIn, mismatchedSignIn } from '../../support/sign-in-data.ts';
import { littleCli } from '../../support/little-cli.ts';
import { until } from '../../support/until.ts';

const lines = (text: string): Record<string, unknown>[] =>
  text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

test('login without a name goes through what waits, oldest first, and says whose page opens and which rights are asked', async () => {
  const { run, parts, opened } = await littleCli();
  parts.signIns.ending = { state: 'done' };
  const { code, stdout } = await run(['login']);
  expect(code).toBe(0);
  expect(stdout).toMatch(
    /Signing in to tickets \(tickets\.acme\.example\)\.\n3 calls wait: Claude Desktop, Cursor\nOpens at: auth\.tickets\.example\nRights asked for: tickets:read, tickets:write\n/,
  );
  expect(stdout).toMatch(
    /A further right for run_report of warehouse.*\n.*\nOpens at: login\.acme\.example\nRights asked for: reports:run \(new\), reports:read\n/,
  );
  expect(stdout.indexOf('Signed in to tickets.')).toBeLessThan(stdout.indexOf('Signed in to warehouse.'));
  await until(() => opened().length === 2, 'both pages were opened');
  expect(parts.signIns.list()).toEqual([]);
});

test('OA-09 the browser is started without a shell, with one serialised argument that is no flag', async () => {
  const { run, parts, opened } = await littleCli();
  parts.signIns.ending = { state: 'done' };
  const scopes = ['$(touch x)', '`id`', '"; --new-window', '-e'];
  parts.signIns.put({ ...homographSignIn(parts.signIns.now), scopes });
  parts.signIns.all = parts.signIns.all.filter(({ id }) => id === 's3');
  await run(['login']);
  await until(() => opened().length === 1, 'the page was opened');
  const [args = []] = opened();
  expect(args).toHaveLength(1);
  expect(args[0]).toMatch(/^https:\/\/xn--pypal-4ve\.example\/authorize\?[!-~]*$/);
  expect(new URL(args[0] ?? '').searchParams.get('scope')).toBe(scopes.join(' '));
});

test('an address that no browser may be given ends the sign-in before anything is started', async () => {
  const { run, parts, opened } = await littleCli();
  const signIn = parts.signIns.one('s1');
  parts.signIns.start = async () => parts.signIns.put({ ...signIn, state: 'under-way', url: 'file:///etc/passwd' });
  const { code, stderr } = await run(['login', 'tickets']);
  expect([code, stderr]).toEqual([1, expect.stringContaining('(URL_REFUSED)')]);
  expect([opened(), parts.signIns.asked.at(-1)]).toEqual([[], { cancel: 's1' }]);
});

test('OA-30 a host that looks like another is told in both its forms before the browser opens', async () => {
  const { run, parts } = await littleCli();
  parts.signIns.ending = { state: 'done' };
  parts.signIns.all = [homographSignIn(parts.signIns.now)];
  const { stdout } = await run(['login', '--no-open']);
  expect(stdout).toContain('Opens at: xn--pypal-4ve.example\n');
  expect(stdout).toContain('Its name can look like another: it is written p\u0430ypal.example.');
  expect(stdout.indexOf('can look like another')).toBeLessThan(stdout.indexOf('Open this address'));
});

test('the address is printed where it must not or cannot be opened', async () => {
  for (const [options, flags] of [
    [{}, ['--no-open']],
    [{ browser: false }, []],
  ] as const) {
    const { run, parts, opened } = await littleCli(options);
    parts.signIns.ending = { state: 'done' };
    const { code, stdout } = await run(['login', 'tickets', ...flags]);
    expect([code, opened()]).toEqual([0, []]);
    expect(stdout).toMatch(
      /Open this address in a browser on this computer:\n\nhttps:\/\/auth\.tickets\.example\/authorize\?\S+\n/,
    );
  }
});

test('a code for another device stands alone and large; its text cannot steer the terminal', async () => {
  const { run, parts, opened } = await littleCli();
  parts.signIns.ending = { state: 'done' };
  const { stdout } = await run(['login', 'acme-staging', '--device']);
  expect(stdout).toContain('On any device, open https://login.acme-staging.example/device and type this code:');
  expect(stdout).toMatch(/┌─+┐\n {2}│ {3}WDJB-MJHT {3}│\n {2}└─+┘/);
  expect(opened()).toEqual([]);
  const signIn = deviceSignIn(parts.signIns.now);
  const evil = {
    ...signIn,
    device: { ...signIn.device, userCode: '\u001B[2J\u202Eevil' } as NonNullable<typeof signIn.device>,
  };
  parts.signIns.start = async () => parts.signIns.put(evil);
  const hostile = await run(['login', 'acme-staging', '--device']);
  expect(hostile.stdout).toContain('⟨U+001B⟩[2J⟨U+202E⟩evil');
});

test('OA-33 what a provider says is shown as one line of visible characters', async () => {
  const { run, parts } = await littleCli();
  parts.signIns.ending = {
    state: 'failed',
    reason: { code: 'IDP_REFUSED', message: 'no\u001B]0;x\u0007 <b>\u202Eyou\u2069\nOK: signed in' },
  };
  const { code, stderr } = await run(['login', 'tickets']);
  expect(code).toBe(4);
  expect(stderr).toMatch(
    /^portolan: no⟨U\+001B⟩\]0;x⟨U\+0007⟩ <b>⟨U\+202E⟩you⟨U\+2069⟩.*OK: signed in \(IDP_REFUSED\)\n {2}next: .*\n$/,
  );
});

test.each([
  ['SIGN_IN_REFUSED', 3],
  ['NEEDS_SIGN_IN', 3],
  ['IDP_REFUSED', 4],
  ['POLICY_DENIED', 4],
  ['TOKEN_INVALID', 1],
] as const)('%s ends with %i, in words and as the last of the JSON lines', async (ending, status) => {
  const { run, parts } = await littleCli();
  parts.signIns.ending = { state: 'failed', reason: { code: ending, message: 'it did not work' } };
  const said = await run(['login', 'tickets']);
  expect([said.code, said.stderr]).toEqual([status, expect.stringContaining(`it did not work (${ending})`)]);
  const json = await run(['login', 'tickets', '--json']);
  expect([json.code, json.stderr]).toEqual([status, '']);
  expect(lines(json.stdout)).toMatchObject([{ state: 'under-way' }, { state: 'failed', reason: { code: ending } }]);
});

test('two issuers that should be one are shown one above the other', async () => {
  const { run, parts } = await littleCli();
  const { reason } = mismatchedSignIn(parts.signIns.now);
  if (reason !== undefined) parts.signIns.ending = { state: 'failed', reason };
  const { code, stderr } = await run(['login', 'tickets']);
  expect(code).toBe(1);
  expect(stderr).toMatch(
    /expected https:\/\/auth\.tickets\.example\n.*received https:\/\/auth\.tickets\.example\.evil\.example\n/,
  );
});

test('Ctrl-C and the time limit cancel the sign-in at the host and end with 3', async () => {
  const { start, run, parts } = await littleCli();
  const { finished, interrupt } = start(['login', 'tickets']);
  await interrupt('Opened in your browser');
  expect(await finished).toMatchObject({ code: 3, stderr: expect.stringContaining('(SIGN_IN_CANCELLED)') });
  expect(parts.signIns.asked.at(-1)).toEqual({ cancel: 's1' });
  const late = await run(['login', 'warehouse', '--timeout', '1', '--json']);
  expect(late.code).toBe(3);
  expect(lines(late.stdout).at(-1)).toMatchObject({ state: 'cancelled', reason: { code: 'SIGN_IN_EXPIRED' } });
  expect(parts.signIns.list()).toEqual([]);
});

test('a name of both a server and an identity has to be told apart', async () => {
  const { run, parts } = await littleCli();
  parts.signIns.ending = { state: 'done' };
  await parts.catalog.add({ ...serverOf(parts), name: 'acme' });
  const both = await run(['login', 'acme']);
  expect([both.code, both.stderr]).toEqual([
    2,
    expect.stringMatching(/acme is a server and an identity.*\n {2}next: Add --server or --identity/),
  ]);
  expect((await run(['login', 'acme', '--identity'])).stdout).toContain('Signed in to acme.');
  expect((await run(['login', 'acme', '--server', '--identity'])).code).toBe(2);
  const unknown = await run(['login', 'acm']);
  expect([unknown.code, unknown.stderr]).toEqual([1, expect.stringContaining('Did you mean acme?')]);
  expect((await run(['login', 'tickets', '--identity'])).stderr).toContain('(IDENTITY_NOT_FOUND)');
});

test('an ID token goes in by stdin and nowhere else', async () => {
  const { run } = await littleCli();
  const taken = await run(['login', 'acme', '--id-token'], 'aaa.bbb.ccc\n');
  expect([taken.code, taken.stdout]).toEqual([0, 'Signed in to acme as elsewhere.\n']);
  expect((await run(['login', 'acme', '--id-token'], 'rubbish')).stderr).toContain('(TOKEN_INVALID)');
  expect((await run(['login', 'acme', '--id-token'])).code).toBe(2);
  expect((await run(['login', '--id-token'], 'aaa.bbb.ccc')).code).toBe(2);
});

test('logout tells what became of the tokens, and --all signs out of everything', async () => {
  const { run } = await littleCli();
  expect((await run(['logout', 'warehouse'])).stdout).toBe(
    'Signed out of the server warehouse. Its tokens were revoked.\n',
  );
  expect((await run(['logout'])).stderr).toContain('several identities are signed in');
  expect((await run(['logout', 'warehouse', '--all'])).code).toBe(2);
  const all = JSON.parse((await run(['logout', '--all', '--json'])).stdout) as unknown;
  expect(all).toEqual({
    signedOut: [
      { server: 'github', revoked: 'yes' },
      { identity: 'acme', revoked: 'not-offered', url: 'https://login.acme.example/logout' },
      { identity: 'harbour-labs', revoked: 'not-offered', url: 'https://login.harbour-labs.example/logout' },
    ],
  });
  expect((await run(['logout', '--all'])).stdout).toBe('Nobody is signed in anywhere.\n');
});

test('identities are listed, shown, added with a secret from stdin, and removed', async () => {
  const { run, parts } = await littleCli();
  const listed = await run(['identities']);
  expect(listed.stdout).toMatch(/acme +signed in +\S+Z +maya\.ortiz@acme\.example +github, sentry/);
  const shown = await run(['identities', 'show', 'acme']);
  expect(shown.stdout).toContain(
    'refused  sentry: "The group harbour-engineering is not assigned to this application."',
  );
  const flags = ['--issuer', 'https://login.new.example', '--client-id', 'c', '--scope', 'openid', '--scope', 'email'];
  const added = await run(
    ['identities', 'add', 'new', ...flags, '--device', '--redirect-port', '8123', '--secret'],
    'hush\n',
  );
  expect([added.code, added.stdout]).toEqual([0, 'Added new. Sign in with: portolan login new\n']);
  expect(parts.signIns.asked.at(-1)).toMatchObject({
    add: { name: 'new', scopes: ['openid', 'email'], way: 'device', redirectPort: 8123 },
    secrets: [true, false],
  });
  expect((await run(['identities', 'add', 'new', ...flags])).stderr).toContain('(DUPLICATE_NAME)');
  expect((await run(['identities', 'add', 'other', '--client-id', 'c'])).code).toBe(2);
  expect((await run(['identities', 'add', 'a b', ...flags])).code).toBe(2);
  expect((await run(['identities', 'remove', 'new'])).stdout).toBe('Removed new, signed out.\n');
  expect((await run(['identities', 'remove', 'headquarters'])).code).toBe(4);
  expect((await run(['identities', 'show', 'new', '--json'])).stdout).toContain('IDENTITY_NOT_FOUND');
});

function serverOf(parts: Awaited<ReturnType<typeof littleCli>>['parts']) {
  const entry = parts.catalog.get('echo');
  if (entry === undefined) throw new Error('no server');
  return entry;
}
