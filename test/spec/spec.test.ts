// The lists of rules are well-formed, and the search for their ids in tests finds what it should and no more.
import { expect, test } from 'vitest';
import { CHECKLIST } from './checklist.ts';
import { coverage, idsIn } from './coverage.ts';
import { LATER } from './later.ts';
import { SECURITY_IDS } from './security-ids.ts';
import { ROOT } from '../support/portolan.ts';

const PREFIXES = {
  protocol: [CHECKLIST, /^(?:BAS|ERA|STD|HTM|HTL|SUB|MRT|LOG|PRG|CAC|PAG|TOL|ELI|ICO|APP|BRG|AUT|TSK)-\d\d$/],
  security: [SECURITY_IDS, /^(?:FRM|PRX|GW|CON|SUP|STO|OA|SEC)-\d\d$/],
} as const;

test.each(Object.entries(PREFIXES))(
  'the %s list: known prefixes, words for each id, every group in order',
  (_title, row) => {
    const [list, form] = row;
    const ids = Object.keys(list);
    expect(ids.filter((id) => !form.test(id))).toEqual([]);
    expect(Object.values(list).filter(([, words]) => words.length < 10)).toEqual([]);
    for (const prefix of new Set(ids.map((id) => id.slice(0, -3)))) {
      const group = ids.filter((id) => id.startsWith(`${prefix}-`));
      expect(group, prefix).toEqual(group.toSorted());
    }
  },
);

test('no id is in both lists, and no two say the same', () => {
  expect(Object.keys(CHECKLIST).filter((id) => id in SECURITY_IDS)).toEqual([]);
  const words = [...Object.values(CHECKLIST), ...Object.values(SECURITY_IDS)].map(([, text]) => text);
  expect(new Set(words).size).toBe(words.length);
});

test('what is left for later is a rule of the lists, with a reason', () => {
  expect(Object.keys(LATER).filter((id) => !(id in CHECKLIST) && !(id in SECURITY_IDS))).toEqual([]);
  expect(Object.values(LATER).filter((reason) => !/^(?:with |does not arise: )/.test(reason))).toEqual([]);
});

test('the groups of security tests are complete', () => {
  const count = (prefix: string) => Object.keys(SECURITY_IDS).filter((id) => id.startsWith(`${prefix}-`)).length;
  expect(['FRM', 'PRX', 'GW', 'CON', 'SUP', 'STO', 'OA', 'SEC'].map(count)).toEqual([24, 22, 20, 9, 20, 12, 34, 18]);
});

test.each([
  ["test('HTL-05 HTL-06 the stream', …)", ['HTL-05', 'HTL-06']],
  ["test('FRM-14, FRM-16: expressions', …)", ['FRM-14', 'FRM-16']],
  ['test(`AUD-01 ${CYCLES} kills`, …)', ['AUD-01']],
  ["test.each([['GW-02', 'evil'], ['GW-03: x', 'y']])('%s', …)", ['GW-02', 'GW-03']],
  ["// GW-02 is elsewhere\nexpect(text).toBe('see GW-02')", []],
  ["'UTF-8 text'", []],
])('ids in %j', (source, ids) => {
  expect(idsIn(source)).toEqual(ids);
});

test('both lists are compared with the tests there are', () => {
  for (const { title, covered, later, missing, release } of coverage(ROOT)) {
    const size = Object.keys(title === 'protocol' ? CHECKLIST : SECURITY_IDS).length;
    expect(covered.length + later.length + missing.length + release.length).toBe(size);
    expect(covered.length, title).toBeGreaterThan(0);
  }
});
