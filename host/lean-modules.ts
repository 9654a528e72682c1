// Leaves out of the host's memory what a package loads and the host never uses: the translations of zod's messages
// (60 modules). English, which zod loads by itself, stays.
import { registerHooks } from 'node:module';

const TRANSLATIONS = '/node_modules/zod/v4/locales/index.js';

/** From now on an import of zod brings no translations; `z.locales` is empty. To be called before the first one. */
export function leaveOutTranslations(): void {
  registerHooks({
    load: (url, context, nextLoad) =>
      url.endsWith(TRANSLATIONS)
        ? { format: 'module', source: 'export {};', shortCircuit: true }
        : nextLoad(url, context),
  });
}
