// A link waits for a person, one at a time, and says nothing but which servers there could be.
import { expect, test } from 'vitest';
import { InputValues } from '../../core/catalog/input-values.ts';
import { PortableCatalog } from '../../core/catalog/portable-catalog.ts';
import { addLinkOf, LinkDesk } from '../../host/link-desk.ts';
import { HOSTILE_CATALOGS, REFUSED_LINKS } from '../support/hostile-links.ts';
import { entryOf, openCatalog } from '../support/open-catalog.ts';
import { thrown } from '../support/thrown.ts';

async function desk() {
  const { catalog, changes } = await openCatalog('{"mcpServers":{}}');
  const time = { now: 0 };
  const now = () => time.now;
  const inputs = new InputValues({
    catalog,
    vault: { get: async () => '', has: () => false, set: async () => undefined, remove: async () => undefined },
    settings: { get: () => ({ inputs: {} }), set: async () => undefined },
  });
  const portable = new PortableCatalog({ catalog, inputs, now });
  return { links: new LinkDesk({ portable, now }), portable, catalog, changes, time };
}

const GOOD = 'portolan://sign-in?issuer=https://id.example.com&clientId=a';

test('CFG-11 hostile links open a review at most, one at a time, five a minute, and change nothing', async () => {
  const { links, changes, catalog, time } = await desk();
  const pages: string[] = [];
  for (const link of [...REFUSED_LINKS, ...HOSTILE_CATALOGS]) {
    const page = links.offer(link);
    if (page !== undefined) pages.push(page);
    const review = links.current();
    if (page !== undefined) expect(page).toBe(`/review/${review?.id}`);
  }
  expect(pages.length).toBe(1);
  // Each by itself, with a person who dismisses it.
  for (const link of [...REFUSED_LINKS, ...HOSTILE_CATALOGS]) {
    time.now += 60_001;
    links.dismiss(links.current()?.id ?? '');
    expect(links.offer(link)).toMatch(/^\/review\/[0-9a-f-]{36}$/);
    const review = links.current();
    if (review?.kind === 'refused') expect(review.reason).toMatch(/^.{10,200}$/);
    else expect(['add', 'sign-in']).toContain(review?.kind);
  }
  expect([changes, catalog.list()]).toEqual([[], []]);
});

test('CFG-11 a flood gets no more than one review, and five in a minute even when each is dismissed', async () => {
  const { links, time } = await desk();
  expect(Array.from({ length: 1_000 }, () => links.offer(GOOD)).filter(Boolean)).toHaveLength(1);
  const dismissed = Array.from({ length: 1_000 }, () => {
    links.dismiss(links.current()?.id ?? '');
    return links.offer(GOOD);
  });
  expect(dismissed.filter(Boolean)).toHaveLength(4);
  time.now += 60_001;
  expect(links.offer(GOOD)).toBeDefined();
});

test('CFG-12 a link cannot set policy, tokens, gateway, approval or anything else but how servers are reached', async () => {
  const { links, portable, catalog } = await desk();
  const file = {
    format: 'portolan-catalog',
    version: 1,
    mcpServers: {
      quiet: {
        url: 'https://a.example.com/mcp',
        title: 'Quiet',
        portolan: {
          capture: 'none',
          sharing: 'shared',
          passBaggage: true,
          enabled: true,
          protocolEra: 'legacy',
          timeouts: { totalMs: 100 },
          approval: 'auto',
          autoApprove: ['*'],
          policy: { allow: '*' },
          auth: { way: 'client-credentials', clientId: 'x', allowPrivateNetwork: true, redirectPort: 80 },
          clients: { cursor: { extras: { autoApprove: ['*'] } } },
          source: { kind: 'user' },
        },
      },
    },
    profiles: { p: { servers: ['quiet'] } },
    identities: { i: { issuer: 'https://id.example.com', clientId: 'x' } },
  };
  const { link } = addLinkOf(JSON.stringify(file));
  expect(links.offer(link ?? '')).toBeDefined();
  const review = links.current();
  if (review?.kind !== 'add') throw new Error('no review');
  await portable.apply({ planId: review.plan.planId, choices: {} });
  expect(catalog.list()).toEqual([
    entryOf(
      'quiet',
      { type: 'http-auto', url: 'https://a.example.com/mcp', headers: {}, command: undefined },
      { title: 'Quiet', auth: { clientId: 'x' }, source: { kind: 'import', detail: 'link' } },
    ),
  ]);
  expect([catalog.profiles(), catalog.identities()]).toEqual([[], []]);
});

test('a review ends after ten minutes and when it is dismissed; a pasted text takes its place', async () => {
  const { links, time } = await desk();
  links.offer(GOOD);
  links.dismiss('another');
  expect(links.current()?.kind).toBe('sign-in');
  links.offerText('{"format":"portolan-catalog","version":1,"mcpServers":{"a":{"command":"x"}}}');
  expect(links.current()?.kind).toBe('add');
  time.now += 600_000;
  expect(links.current()).toBeUndefined();
  expect(thrown(() => links.offerText('{"mcpServers":{}}')).code).toBe('INPUT_INVALID');
});

test('what is shared comes back as it was, and what is too long is no link', async () => {
  const { links, catalog, portable } = await desk();
  await catalog.add(entryOf('a', { args: ['-y', 'pkg@1.0.0'], env: { K: '${secret:k}' } }, { title: 'É' }));
  const { link = '' } = addLinkOf(portable.write({ servers: ['a'] }, 'portolan').text);
  expect(link.length).toBeLessThan(2_000);
  expect(link).not.toContain('secret');
  const other = await desk();
  other.links.offer(link);
  expect(other.links.current()).toMatchObject({ kind: 'add', servers: [{ name: 'a', options: { title: 'É' } }] });
  expect(links.current()).toBeUndefined();
  await catalog.add(entryOf('long', { args: ['x'.repeat(2_000)] }));
  expect(addLinkOf(portable.write({ servers: ['long'] }, 'portolan').text).link).toBeUndefined();
});
