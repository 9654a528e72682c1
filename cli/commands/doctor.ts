// `portolan doctor [SERVER]`: ordered probes, each with a code, a cause and a next step.
import type { Command } from 'commander';
import type { CheckResult } from '../../shared/model/server-status.ts';
import { define, host } from '../command.ts';
import { printJson, printLine } from '../output.ts';

const MARKS = { ok: 'ok      ', warning: 'warning ', failed: 'FAILED  ', skipped: 'skipped ' } as const;

export function doctorCommand(program: Command): void {
  define<[string | undefined]>(
    program
      .command('doctor')
      .argument('[server]', 'check this server too')
      .description('find out what is wrong and what to do'),
    async (options, server) => {
      const results: CheckResult[] = [];
      const add = (result: CheckResult) => {
        results.push(result);
        if (options.json) return;
        printLine(
          `${MARKS[result.outcome]}${result.title}${result.detail ? `: ${result.detail}` : ''}${result.code ? ` (${result.code})` : ''}`,
        );
        if (result.hint && result.outcome !== 'ok') printLine(`        next: ${result.hint}`);
      };
      const client = await host();
      const snapshot = await client.system.snapshot();
      add({
        id: 'host',
        title: 'The host answers',
        outcome: 'ok',
        detail: `pid ${snapshot.host.pid}, version ${snapshot.host.version}`,
      });
      const { catalog, audit } = snapshot;
      const { vault } = await client.secrets.list();
      add(
        catalog.problem
          ? {
              id: 'catalog',
              title: 'The catalog can be read',
              outcome: 'failed',
              code: catalog.problem.code,
              detail: catalog.problem.message,
              hint: catalog.problem.hint ?? `correct ${catalog.path}`,
            }
          : {
              id: 'catalog',
              title: 'The catalog can be read',
              outcome: 'ok',
              detail: `${catalog.servers} servers in ${catalog.path}`,
            },
      );
      add(
        audit.writable
          ? { id: 'audit', title: 'The audit log can be written', outcome: 'ok', detail: `${audit.records} records` }
          : {
              id: 'audit',
              title: 'The audit log can be written',
              outcome: 'failed',
              code: audit.reason?.code ?? 'AUDIT_NOT_WRITABLE',
              detail: audit.reason?.message,
              hint: audit.reason?.hint,
            },
      );
      add(
        vault.state === 'unlocked'
          ? { id: 'keychain', title: 'The keychain can be used', outcome: 'ok', detail: vault.backend }
          : {
              id: 'keychain',
              title: 'The keychain can be used',
              outcome: 'warning',
              code: vault.reason?.code ?? 'KEYCHAIN_FAILED',
              detail: vault.reason?.message,
              hint: vault.reason?.hint,
            },
      );
      if (server !== undefined) for await (const result of await client.servers.check({ name: server })) add(result);
      if (options.json) printJson({ checks: results });
      return results.some((result) => result.outcome === 'failed') ? 1 : 0;
    },
  );
}
