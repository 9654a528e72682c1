// The probe of a server that was added from a card: does the card still tell what the server tells?
import { cardDifferences } from '../../core/registry/card-difference.ts';
import { PortolanError } from '../../shared/errors.ts';
import type { Patient } from './server-checks.ts';
import type { Finding, Probe } from './walk.ts';

/** One probe for an entry with a card, none for others. What it finds is a note: a card decides nothing. */
export function cardProbe(patient: Patient): Probe[] {
  const { registries } = patient.parts;
  const source = patient.entry.options.source;
  const url = source?.kind === 'card' ? source.url : undefined;
  if (registries === undefined || url === undefined) return [];
  const run = async (): Promise<Finding> => {
    const info = patient.introduction?.info;
    if (info === undefined) return { outcome: 'skipped', detail: 'the server said nothing to compare it with' };
    try {
      const { server } = await registries.card(url, source?.entry);
      const reality = {
        name: info.serverInfo?.name,
        version: info.serverInfo?.version,
        protocolVersion: info.protocolVersion,
      };
      const found = cardDifferences(server, patient.entry, reality);
      if (found.length === 0) return { outcome: 'ok', detail: `${server.name} ${server.version}` };
      return note('SERVER_CHANGED', found.join(' '));
    } catch (error) {
      if (error instanceof PortolanError) return note(error.code, error.message);
      throw error;
    }
  };
  return [{ id: 'card', title: 'Its server card tells what the server tells', isIndependent: true, run }];
}

function note(code: PortolanError['code'], detail: string): Finding {
  return { outcome: 'warning', code, detail, hint: 'It can be used: what the server itself says counts.' };
}
