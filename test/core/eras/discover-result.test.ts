import { expect, test } from 'vitest';
import { frameOf } from '../../../core/connections/frame.ts';
import { readDiscoverResult } from '../../../core/eras/discover-result.ts';

const read = (result: unknown) => readDiscoverResult(frameOf({ jsonrpc: '2.0', id: 1, result }));
const INFO = 'io.modelcontextprotocol/serverInfo';

test('a whole result is read', () => {
  const raw = {
    resultType: 'complete',
    supportedVersions: ['2026-07-28', '2025-11-25'],
    capabilities: { tools: {} },
    instructions: 'be kind',
    ttlMs: 5_000,
    cacheScope: 'public',
    vendor: 1,
    _meta: { [INFO]: { name: 'n', version: 'v', title: 't', icons: [] } },
  };
  expect(read(raw)).toEqual({
    supportedVersions: ['2026-07-28', '2025-11-25'],
    capabilities: { tools: {} },
    serverInfo: { name: 'n', version: 'v', title: 't' },
    instructions: 'be kind',
    ttlMs: 5_000,
    cacheScope: 'public',
    raw,
  });
});

test.each<[string, unknown]>([
  ['no versions', { capabilities: {} }],
  ['empty versions', { supportedVersions: [] }],
  ['odd versions', { supportedVersions: [1, null] }],
  ['versions that are no list', { supportedVersions: '2026-07-28' }],
  ['another type of result', { supportedVersions: ['2026-07-28'], resultType: 'input_required' }],
  ['no object', []],
])('no discover result: %s', (_name, result) => {
  expect(read(result)).toBeUndefined();
});

test('an error is no discover result', () => {
  expect(readDiscoverResult(frameOf({ jsonrpc: '2.0', id: 1, error: { code: 1, message: '' } }))).toBeUndefined();
});

test.each<[string, object, object]>([
  ['CAC-04: no ttl', {}, { ttlMs: 0, cacheScope: 'private', capabilities: {}, serverInfo: undefined }],
  ['CAC-04: a negative ttl', { ttlMs: -1 }, { ttlMs: 0 }],
  ['a ttl that is no number', { ttlMs: '5' }, { ttlMs: 0 }],
  ['an endless ttl', { ttlMs: 1e300 }, { ttlMs: 86_400_000 }],
  ['an unknown scope', { cacheScope: 'shared' }, { cacheScope: 'private' }],
  ['a name without version', { _meta: { [INFO]: { name: 'n' } } }, { serverInfo: undefined }],
  ['a resultType is not needed', { resultType: undefined }, { supportedVersions: ['2026-07-28'] }],
])('read with care: %s', (_name, more, expected) => {
  expect(read({ supportedVersions: ['2026-07-28'], ...more })).toMatchObject(expected);
});
