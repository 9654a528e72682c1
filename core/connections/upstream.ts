// One connection to one MCP server, whatever carries it: the contract between the gateway and the transports.
// Types only: it must not know how any transport works.
import type { PortolanError } from '../../shared/errors.ts';
import type { ServerEntry } from '../../shared/model/server-entry.ts';
import type { Frame } from './frame.ts';

/** A live connection. It starts by itself; what happens arrives through `UpstreamEvents`. */
export interface Upstream {
  readonly transport: 'stdio' | 'streamable-http' | 'sse';
  readonly pid: number | undefined;
  /**
   * Passes one frame to the server, byte for byte. I/O failures never throw: they arrive through the events.
   * @throws PortolanError SERVER_BUSY when more than 256 requests wait or the buffers are full.
   */
  send(frame: Frame): void;
  /** Stops reading from the server while the downstream side cannot take more. */
  pause(): void;
  resume(): void;
  /** Ends the connection in an orderly way (stdio: the whole process tree; HTTP: the session). Idempotent. */
  close(): Promise<void>;
}

/** What a connection reports. No function may throw. */
export interface UpstreamEvents {
  /** `relatedTo`: id (source text) of the request on whose stream the frame came, where the transport knows it. */
  onFrame(frame: Frame, relatedTo?: string): void;
  /** The request with this id (source text) gets no answer from the server. `error.data.sent`: whether bytes had left. */
  onRequestFailed(id: string, error: PortolanError): void;
  /** Called once; nothing follows it. */
  onClosed(error: PortolanError): void;
  /** There may be room again after `send` has thrown SERVER_BUSY; may also come when nothing was refused. */
  onDrain?(): void;
  onLog(source: 'stderr' | 'stdout-noise' | 'portolan', text: string): void;
  /** A person is asked on behalf of the request with this id (source text), or has answered: meanwhile the server is not silent. */
  onPersonAsked?(id: string, isAsked: boolean): void;
}

/** The part of the catalog that connections and the gateway read. */
export interface CatalogReader {
  get(name: string): ServerEntry | undefined;
  list(): readonly ServerEntry[];
}
