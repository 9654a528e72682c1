// The probes of what a server says: which generation of the protocol it speaks, its handshake, and each of its lists.
import { type JsonObject, objectOf, textOf } from '../../core/base/json-object.ts';
import { type Era, MODERN_VERSIONS } from '../../core/connections/era.ts';
import type { Verdict } from '../../core/eras/era-probe.ts';
import { readToolList } from '../../core/gateway/tool-list.ts';
import { PortolanError } from '../../shared/errors.ts';
import { DoctorConnection, withLastWords } from './doctor-connection.ts';
import type { Patient } from './server-checks.ts';
import type { Finding, Probe } from './walk.ts';

const PROBE_MS = 5_000;
const START_MS = 30_000;
const LIST_MS = 30_000;
const MAX_PAGES = 1_000;
const TELL_MAKERS = "Report it to the server's makers; what else it offers can be used.";

/** Id, method, member of the result, and the capability that promises it. */
const LISTS = [
  ['tools', 'tools/list', 'tools', 'tools'],
  ['prompts', 'prompts/list', 'prompts', 'prompts'],
  ['resources', 'resources/list', 'resources', 'resources'],
  ['templates', 'resources/templates/list', 'resourceTemplates', 'resources'],
] as const;

export function protocolProbes(patient: Patient): Probe[] {
  return [
    { id: 'era', title: 'Its generation of the protocol is known', run: () => probeGeneration(patient) },
    { id: 'handshake', title: 'The server answers the handshake', run: () => shakeHands(patient) },
    ...LISTS.map(
      ([id, method, member, capability]): Probe => ({
        id,
        title: `The server lists its ${id}`,
        // One list that fails says nothing about the others.
        isIndependent: true,
        run: () => readList(patient, { id, method, member, capability }),
      }),
    ),
  ];
}

/** How the first connection is opened: as a modern one when that is to be found out. */
export function eraToOpen({ entry }: Patient): Era {
  return entry.endpoint.type === 'sse' || entry.options.protocolEra === 'legacy' ? 'legacy' : 'modern';
}

async function probeGeneration(patient: Patient): Promise<Finding> {
  const { entry } = patient;
  const { protocolEra, timeouts } = entry.options;
  if (entry.endpoint.type === 'sse')
    return settled(patient, { era: 'legacy' }, 'HTTP+SSE exists in the older one only');
  if (protocolEra === 'legacy') return settled(patient, { era: 'legacy' }, 'its entry says legacy');
  if (protocolEra === 'modern') {
    return settled(patient, { era: 'modern', version: MODERN_VERSIONS[0] ?? '' }, 'its entry says modern');
  }
  const connection = await connected(patient, 'modern');
  const verdict = await connection.probe(Math.min(PROBE_MS, timeouts.startMs ?? PROBE_MS));
  if (verdict.era === 'modern') return settled(patient, verdict, `modern, ${verdict.version}`);
  // It may be in any state after a message that it does not know.
  delete patient.connection;
  await connection.close();
  return settled(patient, verdict, 'legacy: it answers no server/discover');
}

function settled(patient: Patient, verdict: Verdict, detail: string): Finding {
  patient.verdict = verdict;
  return { outcome: 'ok', detail };
}

async function shakeHands(patient: Patient): Promise<Finding> {
  const { entry, name, parts, verdict = { era: 'legacy' } } = patient;
  const connection = await connected(patient, verdict.era);
  const startMs = entry.options.timeouts.startMs ?? START_MS;
  const introduction = await connection.introduce(verdict, startMs).catch((error: unknown) => {
    throw connection.closed === undefined ? error : withLastWords(connection.closed, patient.writings.lastError);
  });
  patient.introduction = introduction;
  const { info } = introduction;
  parts.connections.noteHandshake(name, info, connection.sessionId);
  const who =
    info.serverInfo === undefined ? 'a server without a name' : `${info.serverInfo.name} ${info.serverInfo.version}`;
  return { outcome: 'ok', detail: `${who}, protocol ${info.protocolVersion}` };
}

async function connected(patient: Patient, era: Era): Promise<DoctorConnection> {
  const { parts, name, clock, writings } = patient;
  patient.connection ??= await DoctorConnection.open(parts.connections, name, { era, clock, writings });
  return patient.connection;
}

async function readList(
  patient: Patient,
  list: { readonly id: string; readonly method: string; readonly member: string; readonly capability: string },
): Promise<Finding> {
  const { id, method, member, capability } = list;
  const { connection, introduction } = patient;
  if (connection === undefined || introduction === undefined) return { outcome: 'skipped', detail: 'not reached' };
  if (objectOf(introduction.capabilities[capability]) === undefined) {
    return { outcome: 'skipped', detail: 'the server does not offer any' };
  }
  const page = (cursor: string | undefined) =>
    connection.request(method, cursor === undefined ? {} : { cursor }, LIST_MS);
  if (id === 'tools') return readTools(page);
  const count = await countItems(page, member);
  if (count === undefined) return { outcome: 'skipped', detail: 'the server does not know this list' };
  return { outcome: 'ok', detail: String(count) };
}

type Page = (cursor: string | undefined) => Promise<JsonObject | undefined>;

async function readTools(page: Page): Promise<Finding> {
  const { tools, problems } = await readToolList(page);
  const [first] = problems;
  if (first === undefined) return { outcome: 'ok', detail: String(tools.length) };
  return {
    outcome: 'warning',
    code: 'PROTOCOL_ERROR',
    detail: `${String(tools.length)}, and ${String(problems.length)} unusable: ${first.message}`,
    hint: TELL_MAKERS,
  };
}

/** Undefined when the server does not know the method. */
async function countItems(page: Page, member: string): Promise<number | undefined> {
  let count = 0;
  let cursor: string | undefined;
  for (let pages = 0; pages < MAX_PAGES; pages++) {
    const result = await page(cursor);
    if (result === undefined) return pages === 0 ? undefined : count;
    const items = result[member];
    if (!Array.isArray(items)) {
      throw new PortolanError('PROTOCOL_ERROR', `The server gave no list of ${member}.`, { hint: TELL_MAKERS });
    }
    count += items.length;
    const next = textOf(result['nextCursor']);
    if (next === undefined || next === cursor) return count;
    cursor = next;
  }
  return count;
}
