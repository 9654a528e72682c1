// What a client's connection talks to, whatever is behind it: one server or a profile. Types only.
import type { PortolanError } from '../../shared/errors.ts';
import type { Session as SessionModel } from '../../shared/model/server-status.ts';
import type { Frame } from '../connections/frame.ts';
import type { Limits } from './deadline.ts';

/** What a client's connection talks to: one server (Session) or a profile (ProfileSession). */
export interface ClientSession {
  readonly id: string;
  /** `profile:NAME` for a profile. */
  readonly server: string;
  readonly inFlight: number;
  readonly isClosed: boolean;
  model(): SessionModel;
  receive(line: Buffer): void;
  receiveFrame(frame: Frame, from?: { limits?: Limits }): void;
  refuseTooLarge(bytes: number): void;
  drained(): void;
  gone(): Promise<void>;
  close(reason: string, error: PortolanError): Promise<void>;
  abandon(): Promise<void>;
  takeUp(line: Buffer, unanswered?: readonly string[]): Promise<void>;
  drain(): Promise<Buffer[]>;
}
