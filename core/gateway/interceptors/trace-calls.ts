// Begins and ends the spans and durations of every request. First of all interceptors: it sees also what the others refuse.
import { META, metaOf } from '../../connections/era.ts';
import { textOf } from '../../base/json-object.ts';
import type { Handshake } from '../handshake.ts';
import type { Interceptor } from '../interceptor.ts';
import type { Telemetry } from '../telemetry.ts';

export function traceCalls(telemetry: Pick<Telemetry, 'begin' | 'end'>, handshake: Handshake): Interceptor {
  return {
    name: 'trace-calls',
    before(exchange) {
      const path = telemetry.begin(exchange.frame);
      if (path !== undefined) exchange.trace = path;
      return undefined;
    },
    after(exchange, ending) {
      const version = textOf(metaOf(exchange.frame)?.[META.protocolVersion]) ?? handshake.protocolVersion;
      telemetry.end(exchange, ending, version);
    },
  };
}
