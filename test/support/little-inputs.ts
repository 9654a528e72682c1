// Values of inputs in plain maps, for hosts that have neither keychain nor settings.
import { InputValues } from '../../core/catalog/input-values.ts';

export function littleInputs(): InputValues {
  const secrets = new Map<string, string>();
  let inputs: Record<string, string> = {};
  return new InputValues({
    catalog: { inputs: () => [], list: () => [] },
    vault: {
      get: async (name) => secrets.get(name) ?? '',
      has: (name) => secrets.has(name),
      set: async (name, value) => secrets.set(name, value),
      remove: async (name) => secrets.delete(name),
    },
    settings: { get: () => ({ inputs }), set: async (patch) => (inputs = patch.inputs) },
  });
}
