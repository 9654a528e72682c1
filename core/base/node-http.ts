// The one way to reach Node's HTTP module outside tests: an ESM import of it costs about 30 ms at start.

/** Node's `node:http` module. */
export const http: typeof import('node:http') = process.getBuiltinModule('node:http');

/** Node's `node:https` module. */
export const https: typeof import('node:https') = process.getBuiltinModule('node:https');
