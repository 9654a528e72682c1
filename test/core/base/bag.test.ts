// A bag holds what was added and not removed, whatever the order of both.
import { expect, test } from 'vitest';
import { Bag, type Bagged } from '../../../core/base/bag.ts';

interface Named extends Bagged {
  readonly name: string;
}

const item = (name: string): Named => ({ name, place: undefined });
const names = (bag: Bag<Named>): string[] =>
  bag
    .all()
    .map(({ name }) => name)
    .sort();

test('what is removed is gone, from any place, and the rest stays', () => {
  const bag = new Bag<Named>();
  const [a, b, c, d] = [item('a'), item('b'), item('c'), item('d')];
  for (const one of [a, b, c, d]) bag.add(one);
  bag.remove(b);
  expect(names(bag)).toEqual(['a', 'c', 'd']);
  bag.remove(d);
  bag.remove(a);
  expect([names(bag), bag.size]).toEqual([['c'], 1]);
  bag.add(a);
  bag.remove(c);
  expect([names(bag), a.place, c.place]).toEqual([['a'], 0, undefined]);
});

test('removing what is not in the bag changes nothing', () => {
  const [bag, other] = [new Bag<Named>(), new Bag<Named>()];
  const [a, b] = [item('a'), item('b')];
  bag.add(a);
  other.add(b);
  bag.remove(b);
  bag.remove(item('c'));
  bag.remove(a);
  bag.remove(a);
  expect([names(bag), names(other)]).toEqual([[], ['b']]);
});

test('its list may be gone through while things are removed', () => {
  const bag = new Bag<Named>();
  for (const name of ['a', 'b', 'c']) bag.add(item(name));
  const seen = bag.all().map((one) => {
    bag.remove(one);
    return one.name;
  });
  expect([seen.sort(), bag.size]).toEqual([['a', 'b', 'c'], 0]);
});
