// Answers the contract over HTTP: one handler for the socket and the web. Every expected failure leaves as a typed error
// with its code; everything else as INTERNAL without detail, the detail being logged.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { ORPCError } from '@orpc/client';
import { implement, ValidationError } from '@orpc/server';
import { RPCHandler } from '@orpc/server/node';
import type { Logger } from '../core/base/logger.ts';
import { contract } from '../shared/contract/index.ts';
import { PortolanError } from '../shared/errors.ts';
import { auditApi } from './api/audit.ts';
import { callsApi } from './api/calls.ts';
import { catalogApi } from './api/catalog.ts';
import { clientsApi } from './api/clients.ts';
import { identitiesApi } from './api/identities.ts';
import { inputsApi } from './api/inputs.ts';
import { noticesApi } from './api/notices.ts';
import { questionsApi } from './api/questions.ts';
import { linksApi } from './api/links.ts';
import { portableApi } from './api/portable.ts';
import { profilesApi } from './api/profiles.ts';
import { gatewayApi } from './api/gateway.ts';
import { connectionsApi } from './api/connections.ts';
import { registryApi } from './api/registry.ts';
import { secretsApi } from './api/secrets.ts';
import { serversApi } from './api/servers.ts';
import { signInsApi } from './api/sign-ins.ts';
import { systemApi } from './api/system.ts';
import { tasksApi } from './api/tasks.ts';
import { toolsApi } from './api/tools.ts';
import { vaultApi } from './api/vault.ts';
import { onBehalfOf } from './caller-context.ts';
import { httpStatusOf } from '../shared/http-status.ts';
import type { HostParts, RpcContext } from './parts.ts';

export type RpcHandler = (req: IncomingMessage, res: ServerResponse, context: RpcContext) => Promise<void>;

/** `beforeCall` runs before each procedure and may refuse it by throwing (the fence, a draining host). */
export function createRpcHandler(parts: HostParts, beforeCall: () => void): RpcHandler {
  const { logger } = parts;
  const os = implement(contract).$context<RpcContext>();
  const router = os.router({
    audit: auditApi(os.audit, parts),
    calls: callsApi(os.calls, parts),
    catalog: catalogApi(os.catalog, parts),
    clients: clientsApi(os.clients, parts),
    connections: connectionsApi(os.connections, parts),
    questions: questionsApi(os.questions, parts),
    inputs: inputsApi(os.inputs, parts),
    links: linksApi(os.links, parts),
    portable: portableApi(os.portable, parts),
    tasks: tasksApi(os.tasks, parts),
    notices: noticesApi(os.notices, parts),
    profiles: profilesApi(os.profiles, parts),
    gateway: gatewayApi(os.gateway, parts),
    identities: identitiesApi(os.identities, parts),
    registry: registryApi(os.registry, parts),
    secrets: secretsApi(os.secrets, parts),
    servers: serversApi(os.servers, parts),
    signIns: signInsApi(os.signIns, parts),
    system: systemApi(os.system, parts),
    tools: toolsApi(os.tools, parts),
    vault: vaultApi(os.vault, parts),
  });
  const handler = new RPCHandler(router, {
    clientInterceptors: [
      async (options) => {
        const wire = (error: unknown) => toWireError(error, options.path.join('.'), logger);
        try {
          beforeCall();
          const output: unknown = await onBehalfOf(options.context.caller, () => options.next());
          return isStream(output) ? mapErrors(output, wire) : output;
        } catch (error) {
          throw wire(error);
        }
      },
    ],
  });
  return async (req, res, context) => {
    const { matched } = await handler.handle(req, res, { prefix: '/rpc', context });
    if (!matched) res.writeHead(404, { 'Content-Type': 'text/plain; charset=utf-8' }).end('no such procedure\n');
  };
}

function toWireError(error: unknown, path: string, logger: Logger): unknown {
  if (error instanceof PortolanError && error.code !== 'INTERNAL') {
    const { code, message, hint, data } = error;
    return new ORPCError(code, {
      status: httpStatusOf(code),
      message,
      data: { ...(hint === undefined ? {} : { hint }), facts: data },
    });
  }
  if (error instanceof ORPCError && error.code === 'BAD_REQUEST') return inputError(error);
  logger.error('a procedure failed', { path, error, cause: error instanceof Error ? error.cause : undefined });
  return new ORPCError('INTERNAL', {
    status: 500,
    message: 'something went wrong inside Portolan',
    data: { hint: 'The log of the host says more: logs/host.log in the data directory.' },
  });
}

/** What oRPC says about input that is not of the contract's shape, as one sentence. Values are never repeated. */
function inputError({ cause }: ORPCError<string, unknown>): unknown {
  const issue = cause instanceof ValidationError ? cause.issues[0] : undefined;
  const where = (issue?.path ?? []).map((part) => String(typeof part === 'object' ? part.key : part)).join('.');
  const what = issue?.message ?? 'the request cannot be read';
  return new ORPCError('INPUT_INVALID', {
    status: 400,
    message: where === '' ? what : `${where.slice(0, 200)}: ${what}`,
    data: { facts: where === '' ? {} : { path: where.slice(0, 200) } },
  });
}

function isStream(value: unknown): value is AsyncGenerator<unknown, unknown, void> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value && 'next' in value;
}

async function* mapErrors(
  stream: AsyncGenerator<unknown, unknown, void>,
  wire: (error: unknown) => unknown,
): AsyncGenerator<unknown, unknown, void> {
  try {
    return yield* stream;
  } catch (error) {
    throw wire(error);
  }
}
