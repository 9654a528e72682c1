// The probes come in order, stop at the first failure and say what to do.
import { describe, expect, it } from 'vitest';
import { type CheckParts, runChecks } from '../../host/checks.ts';
import { COMMAND_LINE } from '../../host/parts.ts';
import { PortolanError } from '../../shared/errors.ts';
import { littleParts } from '../support/little-parts.ts';

async function outcomes(name: string, change: Partial<CheckParts> = {}) {
  const core = littleParts();
  const tools = {
    list: async (server: string) => ({
      server,
      tools: [{ name: 'a' }],
      problems: [{ index: 1, message: 'no name' }],
      at: '',
    }),
    forget: () => undefined,
  };
  const results = [];
  for await (const result of runChecks(name, { ...core, tools, ...change }, COMMAND_LINE)) results.push(result);
  return results.map(({ id, outcome, code }) => [id, outcome, code].filter((part) => part !== undefined).join(' '));
}

describe('runChecks', () => {
  it('walks all probes and warns of unusable tools', async () => {
    expect(await outcomes('echo')).toEqual(['entry ok', 'references ok', 'start ok', 'handshake ok', 'tools warning']);
  });

  it('skips what it could not reach', async () => {
    const skipped = ['start skipped', 'handshake skipped', 'tools skipped'];
    expect(await outcomes('nobody')).toEqual(['entry failed SERVER_NOT_FOUND', 'references skipped', ...skipped]);
    expect(await outcomes('off')).toEqual(['entry failed SERVER_DISABLED', 'references skipped', ...skipped]);
    const resolve = async () => {
      throw new PortolanError('SECRET_NOT_FOUND', 'no secret KEY');
    };
    expect(await outcomes('echo', { resolve })).toEqual(['entry ok', 'references failed SECRET_NOT_FOUND', ...skipped]);
  });

  it('warns of an address that is not encrypted or not what it seems', async () => {
    const check = async (url: string) => {
      const catalog = littleParts().catalog;
      const entry = catalog.get('echo');
      if (entry === undefined) throw new Error('no entry');
      const remote = { ...entry, endpoint: { type: 'streamable-http' as const, url, headers: {} } };
      return (await outcomes('echo', { catalog: { ...catalog, get: () => remote } }))[2];
    };
    expect(await check('https://example.com/mcp')).toBe('start ok');
    expect(await check('http://127.0.0.1:1/mcp')).toBe('start ok');
    expect(await check('http://example.com/mcp')).toBe('start warning');
    expect(await check('https://xn--e1awd7f.com/mcp')).toBe('start warning');
  });

  it.each([
    ['SPAWN_NOT_FOUND', ['start failed SPAWN_NOT_FOUND', 'handshake skipped']],
    ['SERVER_EXITED', ['start ok', 'handshake failed SERVER_EXITED']],
  ] as const)('puts %s where it belongs', async (code, expected) => {
    const localClient = async () => {
      throw new PortolanError(code, 'no');
    };
    const gateway = { ...littleParts().gateway, localClient };
    expect((await outcomes('echo', { gateway })).slice(2, 4)).toEqual(expected);
  });
});
