// The probes of a server that is a program on this computer: found, allowed, of the right kind, started, and ended again.
import { type ErrorCode, PortolanError, toPortolanError } from '../../shared/errors.ts';
import { DoctorConnection, withLastWords } from './doctor-connection.ts';
import { eraToOpen } from './protocol-probes.ts';
import type { Patient } from './server-checks.ts';
import type { Probe } from './walk.ts';

/** A program that ends by itself within this time was not able to start. */
const SETTLE_MS = 250;

/** Steps of finding a program, each with the failures that it is about. */
const FINDING = [
  ['folder', 'The folder that it starts in is there', 'SPAWN_BAD_CWD'],
  ['command', 'The command is found', 'SPAWN_NOT_FOUND'],
  ['executable', 'The program may be run', 'SPAWN_NOT_EXECUTABLE'],
  ['format', 'The program is for this system', 'SPAWN_WRONG_FORMAT'],
] as const satisfies readonly (readonly [string, string, ErrorCode])[];

export function localProbes(patient: Patient): Probe[] {
  let located: Promise<{ file: string; interpreter: string | undefined } | PortolanError> | undefined;
  const find = FINDING.map(
    ([id, title, code]): Probe => ({
      id,
      title,
      run: async () => {
        located ??= locate(patient).catch((error: unknown) => toPortolanError(error));
        const found = await located;
        if (found instanceof PortolanError) {
          const isKnown = FINDING.some(([, , other]) => other === found.code);
          if (found.code === code || !isKnown) throw found;
          return { outcome: 'ok' };
        }
        if (id === 'command') return { outcome: 'ok', detail: found.file };
        const script = found.interpreter === undefined ? 'a program' : `a script for ${found.interpreter}`;
        return id === 'format' ? { outcome: 'ok', detail: script } : { outcome: 'ok' };
      },
    }),
  );
  return [...find, startProbe(patient), errorOutputProbe(patient)];
}

const NOT_STARTED = 'it does not run';

/** Last of all: what was started ends when it is asked to. */
export function stopProbe(patient: Patient): Probe[] {
  const { writings } = patient;
  return [
    {
      id: 'output',
      title: 'Its output holds messages only',
      isIndependent: true,
      run: () => {
        if (patient.connection === undefined) return { outcome: 'skipped', detail: NOT_STARTED };
        if (writings.noise === undefined) return { outcome: 'ok' };
        return {
          outcome: 'warning',
          code: 'STDOUT_NOISE',
          detail: `it also writes to its output: ${writings.noise.slice(0, 200)}`,
          hint: 'Portolan leaves such lines out; other clients may not. Have it write them to its error output (stderr).',
        };
      },
    },
    {
      id: 'stop',
      title: 'It ends when it is asked to',
      isIndependent: true,
      run: async () => {
        if (patient.connection === undefined) return { outcome: 'skipped', detail: NOT_STARTED };
        const started = performance.now();
        await patient.connection.close();
        return { outcome: 'ok', detail: `within ${String(Math.ceil(performance.now() - started))} ms` };
      },
    },
  ];
}

async function locate({ parts, resolved }: Patient): Promise<{ file: string; interpreter: string | undefined }> {
  if (resolved?.endpoint.type !== 'stdio') throw new PortolanError('INTERNAL', 'the server has no command');
  return parts.connections.locate(resolved.endpoint);
}

function startProbe(patient: Patient): Probe {
  return {
    id: 'start',
    title: 'The program starts and keeps running',
    run: async () => {
      const { parts, name, clock, writings } = patient;
      const connection = await DoctorConnection.open(parts.connections, name, {
        era: eraToOpen(patient),
        clock,
        writings,
      });
      patient.connection = connection;
      await new Promise<void>((resolve) => {
        const timer = clock.setTimeout(resolve, SETTLE_MS);
        void connection.ended.then(() => {
          timer.cancel();
          resolve();
        });
      });
      if (connection.closed !== undefined) throw withLastWords(connection.closed, writings.lastError);
      return { outcome: 'ok' };
    },
  };
}

function errorOutputProbe({ writings }: Patient): Probe {
  return {
    id: 'stderr',
    title: 'What it wrote to its error output',
    run: () => ({ outcome: 'ok', detail: writings.lastError?.slice(0, 300) ?? 'nothing so far' }),
  };
}
