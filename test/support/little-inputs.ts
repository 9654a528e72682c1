// Values of inputs in plain maps, and files of an empty catalog, for hosts that have neither keychain nor settings.
import { createFileParts, type FileParts } from '../../host/file-parts.ts';

export function littleFiles(): FileParts {
  const secrets = new Map<string, string>();
  let inputs: Record<string, string> = {};
  return createFileParts({
    catalog: {
      list: () => [],
      names: () => [],
      profiles: () => [],
      identities: () => [],
      inputs: () => [],
      change: async () => undefined,
    },
    vault: {
      get: async (name) => secrets.get(name) ?? '',
      has: (name) => secrets.has(name),
      set: async (name, value) => secrets.set(name, value),
      remove: async (name) => secrets.delete(name),
    },
    settings: { get: () => ({ inputs }), set: async (patch) => (inputs = patch.inputs) },
    clock: { now: () => 0 },
  });
}
