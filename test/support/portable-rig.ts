// A catalog on a real file with its inputs and its portable files; the keychain is a map.
import { InputValues } from '../../core/catalog/input-values.ts';
import { PortableCatalog } from '../../core/catalog/portable-catalog.ts';
import { openCatalog } from './open-catalog.ts';

export async function portable() {
  const { catalog, text, path } = await openCatalog();
  const kept = new Map<string, string>();
  let settings: Record<string, string> = {};
  const inputs = new InputValues({
    catalog,
    vault: {
      get: async (name) => kept.get(name) ?? '',
      has: (name) => kept.has(name),
      set: async (name, value) => kept.set(name, value),
      remove: async (name) => kept.delete(name),
    },
    settings: { get: () => ({ inputs: settings }), set: async (patch) => (settings = patch.inputs) },
  });
  return { catalog, text, path, inputs, files: new PortableCatalog({ catalog, inputs, now: () => 0 }) };
}
