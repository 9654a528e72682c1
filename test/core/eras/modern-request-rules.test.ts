// What is refused in a modern request before anything is done with it.
import { describe, expect, test } from 'vitest';
import { META } from '../../../core/connections/era.ts';
import { frameOf } from '../../../core/connections/frame.ts';
import { checkModernRequest } from '../../../core/eras/modern-request-rules.ts';

const META_OK = { [META.protocolVersion]: '2026-07-28', [META.clientCapabilities]: {} };

const check = (method: string, meta: unknown = META_OK) =>
  checkModernRequest(frameOf({ jsonrpc: '2.0', id: 1, method, params: { _meta: meta } }));

describe('checkModernRequest', () => {
  test.each([
    'server/discover',
    'subscriptions/listen',
    'tools/list',
    'tools/call',
    'prompts/list',
    'prompts/get',
    'resources/list',
    'resources/templates/list',
    'resources/read',
    'completion/complete',
    'tasks/get',
    'com.example/own',
    'vendor/anything/else',
  ])('%s is let through', (method) => {
    expect(check(method)).toBeUndefined();
  });

  test.each([
    'initialize',
    'ping',
    'logging/setLevel',
    'resources/subscribe',
    'resources/unsubscribe',
    'roots/list',
    'sampling/createMessage',
    'elicitation/create',
    'tasks/result',
    'tasks/list',
    'tools/none',
    'nothing',
    '',
  ])('HTM-16: "%s" is removed, of the other direction or unknown: -32601', (method) => {
    expect(check(method)).toEqual({
      code: -32_601,
      message: 'Method not found',
      data: { method },
      httpStatus: 404,
    });
  });

  test.each([
    ['no _meta', undefined],
    ['a _meta that is no object', []],
    ['no version', { [META.clientCapabilities]: {} }],
    ['a version that is no text', { ...META_OK, [META.protocolVersion]: 20_260_728 }],
    ['no capabilities', { [META.protocolVersion]: '2026-07-28' }],
    ['capabilities that are no object', { ...META_OK, [META.clientCapabilities]: [] }],
    ['a log level that does not exist', { ...META_OK, [META.logLevel]: 'loud' }],
  ])('BAS-12: %s is -32602', (_what, meta) => {
    expect(check('tools/list', meta ?? null)).toMatchObject({ code: -32_602, httpStatus: 400 });
  });

  test('BAS-12: a request without params is -32602', () => {
    const frame = frameOf({ jsonrpc: '2.0', id: 1, method: 'tools/list' });
    expect(checkModernRequest(frame)).toMatchObject({ code: -32_602, httpStatus: 400 });
  });

  test.each(['2025-11-25', '2027-01-01', 'draft', ''])('BAS-14: version "%s" is -32022', (requested) => {
    expect(check('tools/list', { [META.protocolVersion]: requested })).toEqual({
      code: -32_022,
      message: 'Unsupported protocol version',
      data: { supported: ['2026-07-28'], requested },
      httpStatus: 400,
    });
  });

  test('a version that is not spoken is told before anything that only that version could explain', () => {
    expect(check('initialize', { [META.protocolVersion]: '2099-01-01' })?.code).toBe(-32_022);
  });
});
