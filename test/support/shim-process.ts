// A raw client on the stdin and stdout of `portolan connect`, and little servers for it.
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Portolan } from './portolan.ts';
import { ROOT } from './portolan.ts';
import { until } from './until.ts';

export const ECHO = [process.execPath, join(ROOT, 'test', 'fixtures', 'echo-server.mjs')] as const;

export interface RpcAnswer {
  readonly id?: number | string;
  readonly result?: Record<string, unknown>;
  readonly error?: { readonly code: number; readonly message: string };
}

export class ShimProcess {
  readonly child: ChildProcessWithoutNullStreams;
  readonly answers: RpcAnswer[] = [];
  stderr = '';
  exit: number | null | undefined;
  #rest = '';

  constructor(portolan: Portolan, server: string, options: { cli?: string; read?: boolean; profile?: boolean } = {}) {
    const { command, args, env } = portolan.connect(...(options.profile ? ['--profile', server] : [server]));
    this.child = spawn(command, options.cli ? [options.cli, 'connect', server] : args, { env });
    onTestFinished(() => void this.child.kill('SIGKILL'));
    this.child.on('exit', (code) => (this.exit = code));
    this.child.stdin.on('error', () => undefined);
    this.child.stderr.setEncoding('utf8').on('data', (text: string) => (this.stderr += text));
    if (options.read !== false) this.read();
  }

  /** Every line must be a whole JSON document. */
  read(): void {
    this.child.stdout.setEncoding('utf8').on('data', (text: string) => {
      const lines = (this.#rest + text).split('\n');
      this.#rest = lines.pop() ?? '';
      for (const line of lines) this.answers.push(JSON.parse(line) as RpcAnswer);
    });
  }

  /** What came after the last line end. */
  get unfinished(): string {
    return this.#rest;
  }

  send(message: object): void {
    this.child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  }

  call(id: number, tool: string, args: object = {}): void {
    this.send({ id, method: 'tools/call', params: { name: tool, arguments: args } });
  }

  answer(id: number): Promise<RpcAnswer> {
    return until(() => this.answers.find((answer) => answer.id === id), `request ${id} is answered`, 60_000);
  }

  async initialize(): Promise<this> {
    this.send({
      id: 0,
      method: 'initialize',
      params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'shim test', version: '1' } },
    });
    await this.answer(0);
    this.send({ method: 'notifications/initialized' });
    return this;
  }

  ended(): Promise<unknown> {
    return until(() => this.exit !== undefined, 'the shim ends');
  }
}
