import { expect, test } from 'vitest';
import { parseFrame } from '../../../core/connections/frame.ts';
import { modernHeaders } from '../../../core/connections/modern-headers.ts';
import { ToolHeaders } from '../../../core/connections/tool-headers.ts';
import { modernParams } from '../../support/raw-client.ts';

test('HTM-20: a client’s parameter headers that Portolan does not know go on untouched, and never in place of its own', () => {
  const frame = parseFrame(
    Buffer.from(JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: modernParams({ name: 't' }) })),
    'client',
  );
  const extraHeaders = { 'Mcp-Param-Region': '=?base64?w6k=?=' };
  const headers = modernHeaders({ ...frame, extraHeaders }, new ToolHeaders());
  expect(headers).toMatchObject({ 'mcp-param-region': '=?base64?w6k=?=', 'mcp-name': 't', 'mcp-method': 'tools/call' });
});
