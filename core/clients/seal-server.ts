// Replaces the literals of an imported server by references to the keychain; what leaves core/clients is sealed.
import type { ImportedServer } from '../../shared/model/import-result.ts';
import type { SecretFinding } from './client-format.ts';
import { emptyRecord, pointerSegment } from '../base/json-tree.ts';

/** Shown where a value is hidden. */
export const MASK = '•'.repeat(10);

/** `server` with the text of every finding replaced by what `replacement` gives for it. */
export function sealServer(
  server: ImportedServer,
  findings: readonly SecretFinding[],
  replacement: (finding: SecretFinding) => string,
): ImportedServer {
  const byPath = new Map<string, SecretFinding[]>();
  for (const finding of findings) byPath.set(finding.path, [...(byPath.get(finding.path) ?? []), finding]);
  return sealValue(server, '', (path, value) =>
    (byPath.get(path) ?? []).reduce(
      (text, finding) => text.replaceAll(finding.text, () => replacement(finding)),
      value,
    ),
  ) as ImportedServer;
}

function sealValue(value: unknown, path: string, seal: (path: string, value: string) => string): unknown {
  if (typeof value === 'string') return seal(path, value);
  if (Array.isArray(value)) return value.map((item, index) => sealValue(item, `${path}/${index}`, seal));
  if (typeof value !== 'object' || value === null) return value;
  const result = emptyRecord<unknown>();
  for (const [key, item] of Object.entries(value)) result[key] = sealValue(item, path + pointerSegment(key), seal);
  return result;
}
