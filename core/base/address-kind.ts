// What an IP address leads to: the public network, this machine, a private network, or a place that nobody signs in at.
import { BlockList, isIP } from 'node:net';

/** `never`: link-local addresses, cloud metadata, multicast, and what no network routes. */
export type AddressKind = 'public' | 'loopback' | 'private' | 'never';

/** IANA special-purpose address registries (RFC 6890), and the metadata addresses of cloud providers. First match counts. */
const TABLE: readonly (readonly [kind: AddressKind, ...subnets: readonly string[]])[] = [
  ['never', '169.254.0.0/16', '100.100.100.200/32', '168.63.129.16/32', '192.0.0.192/32', 'fd00:ec2::254/128'],
  ['loopback', '127.0.0.0/8', '::1/128'],
  ['private', '10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', '198.18.0.0/15'],
  ['private', 'fc00::/7', 'fec0::/10', '64:ff9b:1::/48'],
  ['never', '0.0.0.0/8', '192.0.0.0/24', '192.0.2.0/24', '192.88.99.0/24', '198.51.100.0/24', '203.0.113.0/24'],
  ['never', '224.0.0.0/4', '240.0.0.0/4', 'fe80::/10', 'ff00::/8', '100::/64', '2001::/32', '2001:db8::/32', '::/96'],
];

/** Prefixes whose addresses carry an IPv4 address, and the group of 16 bits in which it begins. RFC 4291, 6052, 3056. */
const CARRIERS: readonly (readonly [prefix: readonly number[], at: number])[] = [
  [[0, 0, 0, 0, 0, 0xffff], 6],
  [[0, 0, 0, 0, 0xffff, 0], 6],
  [[0x64, 0xff9b, 0, 0, 0, 0], 6],
  [[0x2002], 1],
];

const LISTS = TABLE.map(([kind, ...subnets]) => ({ kind, list: listOf(subnets) }));

/** The kind of an address in text; an IPv6 address that carries an IPv4 address is of that one's kind. No address: `never`. */
export function addressKind(address: string): AddressKind {
  const text = address.replace(/%.*$/s, '');
  const family = isIP(text);
  if (family === 0) return 'never';
  const carried = family === 6 ? carriedAddress(text) : undefined;
  if (carried !== undefined) return addressKind(carried);
  return LISTS.find(({ list }) => list.check(text, family === 6 ? 'ipv6' : 'ipv4'))?.kind ?? 'public';
}

function carriedAddress(text: string): string | undefined {
  const groups = groupsOf(text);
  const found = CARRIERS.find(([prefix]) => prefix.every((group, index) => groups[index] === group));
  if (found === undefined) return undefined;
  const [high = 0, low = 0] = groups.slice(found[1]);
  return [high >> 8, high & 0xff, low >> 8, low & 0xff].join('.');
}

/** The eight groups of an IPv6 address. */
function groupsOf(text: string): number[] {
  const canonical = new URL(`http://[${text}]`).hostname.slice(1, -1);
  const [head = '', tail] = canonical.split('::');
  const read = (part: string): number[] =>
    part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16));
  const [first, last] = [read(head), read(tail ?? '')];
  return [...first, ...Array<number>(8 - first.length - last.length).fill(0), ...last];
}

function listOf(subnets: readonly string[]): BlockList {
  const list = new BlockList();
  for (const subnet of subnets) {
    const [address = '', bits] = subnet.split('/');
    list.addSubnet(address, Number(bits), isIP(address) === 6 ? 'ipv6' : 'ipv4');
  }
  return list;
}
