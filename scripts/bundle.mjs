// Builds what runs on Node as few files: a host that loads 550 modules one by one needs twice the time to be ready and a fourth
// more memory. What is needed only sometimes (a dynamic import) stays a file of its own.
import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Files whose names others know, by what they are under dist/. Threads lie beside the host, which looks for them there. */
const ENTRIES = {
  'host/main': 'host/main.ts',
  'host/start-host': 'host/start-host.ts',
  'host/audit-worker': 'core/audit/audit-worker.ts',
  'host/reader-worker': 'core/audit/reader-worker.ts',
  'host/structured-content-worker': 'host/structured-content-worker.ts',
  'cli/main': 'cli/main.ts',
  'cli/desktop': 'cli/desktop.ts',
  'cli/refusal': 'cli/refusal.ts',
};
/** A host that was started from an older build may still load parts of it. */
const KEPT_MS = 7 * 24 * 60 * 60_000;

/** Builds dist/host and dist/cli. */
export async function bundle(root) {
  const { build: vite } = await import('vite');
  const dist = join(root, 'dist');
  const common = { configFile: false, root, logLevel: 'warn' };
  for (const folder of ['host', 'cli']) removeOld(join(dist, folder));
  await vite({
    ...common,
    plugins: [plainAscii],
    ssr: { noExternal: true },
    build: {
      ssr: true,
      outDir: dist,
      emptyOutDir: false,
      copyPublicDir: false,
      target: 'node24',
      minify: false,
      sourcemap: true,
      rollupOptions: {
        input: Object.fromEntries(Object.entries(ENTRIES).map(([name, path]) => [name, join(root, path)])),
        // The keychain's package holds a native module.
        external: (id) => id.startsWith('node:') || id === 'keytar',
        output: {
          format: 'es',
          entryFileNames: '[name].js',
          chunkFileNames: ({ moduleIds }) =>
            `${moduleIds.every((id) => id.startsWith(join(root, 'cli'))) ? 'cli' : 'host'}/[name]-[hash].js`,
        },
      },
    },
  });
  // The stdio shim as one file: loading one module after the other would take longer for each than the shim for all.
  await vite({
    ...common,
    plugins: [outsideShim],
    build: {
      ssr: join(root, 'cli', 'connect.ts'),
      outDir: join(dist, 'cli'),
      emptyOutDir: false,
      copyPublicDir: false,
      target: 'node24',
      minify: false,
      rollupOptions: {
        external: (id) => id.startsWith('node:'),
        output: { format: 'cjs', entryFileNames: 'connect.cjs' },
      },
    },
  });
}

/** What the shim needs only when something is wrong: entries of the other build. */
const outsideShim = {
  name: 'outside-shim',
  enforce: 'pre',
  resolveId: (id) =>
    /\/(?:start-host|refusal)\.ts$/.test(id) ? { id: id.replace(/\.ts$/, '.js'), external: 'absolute' } : undefined,
};

/** Node keeps a source with one wider character in two bytes a character. */
const plainAscii = {
  name: 'plain-ascii',
  renderChunk: (code) => ({
    code: code.replaceAll(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`),
    map: null,
  }),
};

/** Empties a folder of built files, but for the parts whose names change with their content: those stay for a week. */
export function removeOld(folder) {
  mkdirSync(folder, { recursive: true });
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    const isChunk = entry.isFile() && /-[\w-]{8}\.js$/.test(entry.name);
    if (!isChunk || Date.now() - statSync(path).mtimeMs > KEPT_MS) rmSync(path, { recursive: true });
  }
}
