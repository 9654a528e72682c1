// Messages that must pass through Portolan byte for byte. They are what schema-checking proxies drop, reorder or refuse:
// unknown members, odd key order, odd ids and params. `from` says which side sends it.

export interface MatrixFrame {
  readonly name: string;
  readonly from: 'client' | 'server';
  readonly text: string;
}

const TRACE = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

export const FRAME_MATRIX: readonly MatrixFrame[] = [
  {
    name: 'an ordinary request',
    from: 'client',
    text: '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"a","arguments":{"x":1}}}',
  },
  {
    name: 'an ordinary result',
    from: 'server',
    text: '{"jsonrpc":"2.0","id":1,"result":{"content":[{"type":"text","text":"ok"}]}}',
  },
  {
    name: 'server/discover',
    from: 'client',
    text: '{"jsonrpc":"2.0","id":"d-1","method":"server/discover","params":{"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28"}}}',
  },
  {
    name: 'a task result',
    from: 'server',
    text: '{"jsonrpc":"2.0","id":2,"result":{"task":{"taskId":"t1","status":"working","ttl":60000,"createdAt":"2026-01-01T00:00:00Z"}}}',
  },
  {
    name: 'trace context in _meta',
    from: 'client',
    text: `{"jsonrpc":"2.0","id":3,"method":"tools/list","params":{"_meta":{"traceparent" : "${TRACE}","tracestate":"a=${TRACE}"}}}`,
  },
  {
    name: 'a modern request with _meta last',
    from: 'client',
    text: '{"id":4,"method":"tools/call","params":{"name":"a","inputResponses":{"k":{"action":"accept"}},"requestState":"o+/=","_meta":{"z":1}},"jsonrpc":"2.0"}',
  },
  {
    name: 'a modern result with resultType and ttlMs before _meta',
    from: 'server',
    text: '{"jsonrpc":"2.0","id":4,"result":{"resultType":"complete","ttlMs":1000,"cacheScope":"private","tools":[],"_meta":{"z":1}}}',
  },
  {
    name: 'an unknown member inside error',
    from: 'server',
    text: '{"jsonrpc":"2.0","id":5,"error":{"code":-32000,"message":"no","data":{"a":1},"retryable":true}}',
  },
  {
    name: 'an unknown top-level member',
    from: 'server',
    text: '{"jsonrpc":"2.0","id":6,"result":{},"vendorExtra":{"trace":[1,2,3]}}',
  },
  {
    name: 'an error with id null',
    from: 'server',
    text: '{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"Parse error"}}',
  },
  { name: 'a fractional id', from: 'client', text: '{"jsonrpc":"2.0","id":1.5,"method":"ping"}' },
  { name: 'an id beyond 2^53', from: 'client', text: '{"jsonrpc":"2.0","id":9007199254740993,"method":"ping"}' },
  {
    name: 'params as an array',
    from: 'client',
    text: '{"jsonrpc":"2.0","id":8,"method":"x/y","params":[1,"two",null]}',
  },
  { name: 'params null', from: 'client', text: '{"jsonrpc":"2.0","id":9,"method":"ping","params":null}' },
  { name: 'a null result', from: 'server', text: '{"jsonrpc":"2.0","id":10,"result":null}' },
  { name: 'a string result', from: 'server', text: '{"jsonrpc":"2.0","id":11,"result":"done"}' },
  {
    name: 'a progress token that is an object',
    from: 'client',
    text: '{"jsonrpc":"2.0","id":12,"method":"tools/call","params":{"name":"a","_meta":{"progressToken":{"a":1}}}}',
  },
  {
    name: 'malformed related-task metadata',
    from: 'server',
    text: '{"jsonrpc":"2.0","method":"notifications/message","params":{"level":"info","data":1,"_meta":{"io.modelcontextprotocol/related-task":5}}}',
  },
  {
    name: 'unknown tool fields, content types and methods',
    from: 'server',
    text: '{"jsonrpc":"2.0","id":13,"result":{"tools":[{"name":"a","inputSchema":{"type":"object","$defs":{"q":{}}},"vendorExtra":1},{"broken":true}],"content":[{"type":"hologram"}]}}',
  },
  {
    name: 'spacing, escapes and number spellings as the sender chose them',
    from: 'client',
    text: '{ "jsonrpc" : "2.0" ,\t"id":"\\u0061\\/b", "method":"tools\\/call","params":{"n":1.0e+2,"big":12345678901234567890,"s":"\\u00e9é\u2028"} }',
  },
  {
    name: 'keys that JavaScript objects have by birth',
    from: 'client',
    text: '{"jsonrpc":"2.0","id":14,"method":"tools/call","params":{"name":"__proto__","arguments":{"__proto__":{"admin":true},"constructor":1,"toString":null}}}',
  },
];
