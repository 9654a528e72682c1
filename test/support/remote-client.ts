// The gateway's side of a remote connection for tests: it sends frames, keeps what comes back, and waits for it.
import { onTestFinished } from 'vitest';
import type { Clock } from '../../core/base/clock.ts';
import { silentLogger } from '../../core/base/logger.ts';
import type { ResolvedServer } from '../../core/catalog/resolve.ts';
import type { Era } from '../../core/connections/era.ts';
import { type Frame, frameOf } from '../../core/connections/frame.ts';
import { openRemote } from '../../core/connections/open-remote.ts';
import type { HttpSockets } from '../../core/connections/http-sockets.ts';
import type { RemoteCare } from '../../core/connections/remote-care.ts';
import type { ToolHeaders } from '../../core/connections/tool-headers.ts';
import type { Upstream } from '../../core/connections/upstream.ts';
import type { PortolanError } from '../../shared/errors.ts';
import { until } from './until.ts';

export interface RemoteOptions {
  readonly type?: 'streamable-http' | 'sse' | 'http-auto';
  readonly headers?: Record<string, string>;
  readonly clock?: Clock;
  readonly signal?: AbortSignal;
  readonly startMs?: number;
  readonly idleMs?: number;
  readonly care?: RemoteCare;
  readonly era?: Era;
  readonly toolHeaders?: ToolHeaders;
  readonly socketsTo?: (origin: string, connectMs: number) => HttpSockets;
}

export class RemoteClient {
  readonly frames: Frame[] = [];
  /** On whose stream each frame came. */
  readonly related: (string | undefined)[] = [];
  readonly failures: { id: string; error: PortolanError }[] = [];
  readonly closed: PortolanError[] = [];
  readonly logs: string[] = [];
  drains = 0;
  readonly upstream: Upstream;

  constructor(url: string, options: RemoteOptions = {}) {
    const { type = 'streamable-http', headers = {}, startMs, idleMs, ...more } = options;
    const server: ResolvedServer = {
      name: 'remote',
      endpoint: { type, url, headers },
      options: {
        enabled: true,
        protocolEra: 'auto',
        capture: 'digest',
        timeouts: { ...(startMs !== undefined && { startMs }), ...(idleMs !== undefined && { idleMs }) },
      },
      secretValues: [],
    };
    this.upstream = openRemote(
      server,
      {
        onFrame: (frame, relatedTo) => {
          this.frames.push(frame);
          this.related.push(relatedTo);
        },
        onRequestFailed: (id, error) => void this.failures.push({ id, error }),
        onClosed: (error) => void this.closed.push(error),
        onDrain: () => void this.drains++,
        onLog: (_source, text) => void this.logs.push(text),
      },
      { logger: silentLogger, ...more },
    );
    onTestFinished(() => this.upstream.close());
  }

  /** Sends a request without waiting. */
  request(id: number | string, method: string, params: object = {}): void {
    this.upstream.send(frameOf({ jsonrpc: '2.0', id, method, params }));
  }

  notify(method: string, params: object = {}): void {
    this.upstream.send(frameOf({ jsonrpc: '2.0', method, params }));
  }

  /** Sends a request and waits for its answer or failure. */
  async ask(id: number | string, method: string, params: object = {}): Promise<Frame | PortolanError> {
    this.request(id, method, params);
    return this.outcome(id);
  }

  outcome(id: number | string): Promise<Frame | PortolanError> {
    const source = JSON.stringify(id);
    return until(
      () =>
        this.frames.find((frame) => frame.kind === 'response' && frame.id === source) ??
        this.failures.find((failure) => failure.id === source)?.error,
      `request ${source} is settled`,
    );
  }

  /** The handshake of a client; resolves when the server has taken it. */
  async handshake(): Promise<void> {
    await this.ask('init', 'initialize', {
      protocolVersion: '2025-11-25',
      capabilities: {},
      clientInfo: { name: 't', version: '1' },
    });
    this.notify('notifications/initialized');
  }
}
