// The probes behind `portolan doctor` without a server: this host and what it depends on. None depends on another.
import { createServer } from 'node:net';
import { errnoSentence } from '../../core/base/errno.ts';
import { isErrorCode, PortolanError } from '../../shared/errors.ts';
import type { Reason, CheckResult } from '../../shared/model/server-status.ts';
import type { HostParts } from '../parts.ts';
import { type Finding, type Probe, walk } from './walk.ts';

export type HostCheckParts = Pick<HostParts, 'status' | 'catalog' | 'audit' | 'vault' | 'clients' | 'web'>;

/** Yields each result when it is known. Never throws for what is wrong. */
export function runHostChecks(parts: HostCheckParts, signal?: AbortSignal): AsyncGenerator<CheckResult, void, void> {
  const probes: Omit<Probe, 'isIndependent'>[] = [
    { id: 'host', title: 'The host answers', run: () => checkHost(parts) },
    { id: 'catalog', title: 'The catalog can be read', run: () => checkCatalog(parts) },
    { id: 'audit', title: 'The audit log can be written', run: () => checkAudit(parts) },
    { id: 'keychain', title: 'The keychain can be used', run: () => checkKeychain(parts) },
    { id: 'port', title: 'The pages can be served on this computer', run: () => checkPort(parts) },
    { id: 'clients', title: 'The entries in other clients lead to Portolan', run: () => checkClients(parts) },
  ];
  return walk(
    probes.map((probe) => ({ ...probe, isIndependent: true })),
    signal,
  );
}

function checkHost({ status }: HostCheckParts): Finding {
  const { pid, version, dataDir } = status();
  return { outcome: 'ok', detail: `pid ${String(pid)}, version ${version}, data in ${dataDir}` };
}

function checkCatalog({ catalog }: HostCheckParts): Finding {
  const { problem, path, servers } = catalog.state();
  if (problem === undefined) return { outcome: 'ok', detail: `${counted(servers, 'server')} in ${path}` };
  const { line, column } = problem;
  const place =
    line === undefined ? path : `${path}:${String(line)}${column === undefined ? '' : `:${String(column)}`}`;
  throw asError({ ...problem, message: `${place}: ${problem.message}`, hint: problem.hint ?? `Correct ${path}.` });
}

function checkAudit({ audit }: HostCheckParts): Finding {
  const { writable, records, reason } = audit.state();
  if (writable) return { outcome: 'ok', detail: counted(records, 'record') };
  throw asError(reason ?? { code: 'AUDIT_NOT_WRITABLE', message: 'the audit log cannot be written' });
}

/** Who asks wants to know: the keychain is tried, which may ask a person for its password. */
async function checkKeychain({ vault }: HostCheckParts): Promise<Finding> {
  const before = vault.state();
  const { state, backend, reason } = before.state === 'not-probed' ? await vault.probe() : before;
  if (state === 'unlocked') return { outcome: 'ok', detail: backend };
  const { code, message, hint } = asError(reason ?? { code: 'KEYCHAIN_FAILED', message: `it is ${state}` });
  return { outcome: 'warning', code, detail: message, hint: hint ?? 'Servers without secrets work all the same.' };
}

/** The pages are off until asked for: then the system has to give a port of the loopback address. */
async function checkPort({ web }: HostCheckParts): Promise<Finding> {
  if (web.base !== undefined) return { outcome: 'ok', detail: `on at ${web.base}` };
  await new Promise<void>((resolve, reject) => {
    const server = createServer();
    server.once('error', (error) => {
      const cause = `no port of 127.0.0.1 can be used: ${errnoSentence(error)}`;
      reject(
        new PortolanError('ADDRESS_IN_USE', cause, { hint: 'Look for a firewall that forbids it.', cause: error }),
      );
    });
    server.listen(0, '127.0.0.1', () => server.close(() => resolve()));
  });
  return { outcome: 'ok', detail: 'off until asked for' };
}

async function checkClients({ clients }: HostCheckParts): Promise<Finding> {
  const stale = await clients.staleEntries();
  const [first] = stale;
  if (first === undefined) return { outcome: 'ok' };
  const { client, path, name, missing } = first;
  const others = stale.length === 1 ? '' : `, and ${counted(stale.length - 1, 'other entry', 'other entries')}`;
  return {
    outcome: 'warning',
    code: 'CLIENT_ENTRY_STALE',
    detail: `${name} in ${path} starts ${missing}, which is not there${others}`,
    hint: `Write it again with: portolan export --to ${client}`,
  };
}

function asError({ code, message, hint }: Reason): PortolanError {
  return new PortolanError(isErrorCode(code) ? code : 'INTERNAL', message, hint === undefined ? {} : { hint });
}

function counted(count: number, one: string, many = `${one}s`): string {
  return `${String(count)} ${count === 1 ? one : many}`;
}
