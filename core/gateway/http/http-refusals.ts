// Refusals of the HTTP gateway: a status and a JSON-RPC error, with the id of the request where it is known.
import type { ServerResponse } from 'node:http';
import { type PortolanError, toPortolanError } from '../../../shared/errors.ts';
import { httpStatusOf } from '../../../shared/http-status.ts';
import { errorFrame } from '../../connections/frame.ts';
import { rpcErrorFrame } from '../rpc-errors.ts';
import { sendJson } from './http-answer.ts';

/** JSON-RPC 2.0 section 5.1. */
const INVALID_REQUEST = -32_600;

/** Refuses a request with an error of the protocol. `id`: source text; null when it is not known. */
export function refuse(
  res: ServerResponse,
  status: number,
  error: { readonly id?: string | undefined; readonly code?: number; readonly message: string; readonly data?: object },
): void {
  const { id = null, code = INVALID_REQUEST, message, data } = error;
  if (status === 503) res.setHeader('Retry-After', '1');
  sendJson(res, status, errorFrame(id, code, message, data).bytes);
}

/** Refuses a request with one of Portolan's own errors. `status`: instead of the one that goes with its code. */
export function refuseWith(
  res: ServerResponse,
  thrown: unknown,
  about: { id?: string | undefined; status?: number } = {},
) {
  const error: PortolanError = toPortolanError(thrown);
  const known = error.data['id'];
  const id = about.id ?? (typeof known === 'string' ? known : null);
  const status = about.status ?? (error.code === 'FRAME_INVALID' ? 400 : httpStatusOf(error.code));
  if (status === 503) res.setHeader('Retry-After', '1');
  sendJson(res, status, rpcErrorFrame(id, error).bytes);
}
