// Who may import whom, where each awkward package may appear, and how long a file may grow. Every rule prints its reason.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { describe, expect, test } from 'vitest';
import { importsOf } from './support/imports-of.ts';

const root = join(import.meta.dirname, '..');
const FOLDERS = ['shared', 'core', 'host', 'cli', 'electron', 'renderer'];

/** Folder → the folders it may import beside itself, and why. */
const MAY_IMPORT: Readonly<Record<string, readonly [allowed: readonly string[], reason: string]>> = {
  shared: [[], 'shared is the language of all parts: it runs anywhere and knows none of them'],
  core: [['shared'], 'core is the product in plain Node: it knows neither the host that wires it nor a user interface'],
  host: [['shared', 'core'], 'the host wires core; the shell, the command line and the pages are its clients'],
  cli: [['shared', 'host'], 'a command asks the host; it never does the work in its own process'],
  electron: [['shared', 'host'], 'the shell is thin: everything it shows comes from the host'],
  renderer: [['shared'], 'the pages speak the contract and nothing else'],
};

/** Order inside core; a folder imports only those of the groups before its own, and its own. */
const CORE_ORDER = [
  ['base'],
  ['vault', 'policy', 'clients', 'audit'],
  ['catalog'],
  ['identity'],
  ['oauth'],
  ['registry'],
  ['connections'],
  ['eras'],
  ['tasks'],
  ['notices'],
  ['gateway'],
];

/** Package → path prefixes where it may appear, and why nowhere else. */
const PACKAGES: Readonly<Record<string, readonly [places: readonly string[], reason: string]>> = {
  electron: [['electron/'], 'only the shell runs in Electron; importing it in plain Node fails'],
  'electron-store': [['electron/ui-settings.ts'], 'window settings only; it imports electron at once'],
  keytar: [['core/vault/keychain.ts'], 'the keychain has traps that one adapter must know'],
  react: [['renderer/'], 'only the pages are drawn with React'],
  'react-dom': [['renderer/'], 'only the pages are drawn with React'],
  zod: [
    ['shared/', 'core/catalog/catalog-schema.ts'],
    'shapes are defined once, in shared; only the form of the catalog file is wider than its model',
  ],
  ajv: [
    ['host/structured-content-worker.ts'],
    'it makes code of strangers’ schemas: only in a thread of its own that can be ended',
  ],
  commander: [['cli/'], 'flags are the command line’s business'],
  conf: [['core/base/settings.ts'], 'one file of settings'],
  'jsonc-parser': [
    ['core/base/json-edit.ts', 'core/base/json-tree.ts', 'core/clients/text/json-text.ts'],
    'people’s files are read and edited by one tree and one editor; the text codec also finds comments',
  ],
  'toml-eslint-parser': [['core/clients/text/toml-'], 'other clients’ TOML is read and edited in one place'],
  yaml: [['core/clients/text/yaml-'], 'other clients’ YAML is read and edited in one place'],
  yauzl: [['core/clients/', 'core/registry/bundle-'], 'bundles are opened in one place, under limits'],
  minisearch: [['core/gateway/profile/search-mode.ts'], 'tools are searched in one place'],
  '@orpc/server': [['host/'], 'the contract is answered in one place'],
  '@orpc/client': [['host/', 'renderer/'], 'the contract has two kinds of clients'],
  '@orpc/contract': [['shared/contract/', 'host/', 'renderer/'], 'the contract is written in one place'],
  undici: [
    ['core/connections/http-', 'core/identity/guarded-fetch'],
    'remote servers are reached through one pool and one kind of answer',
  ],
  oauth4webapi: [['core/identity/', 'core/oauth/'], 'sign-in code lives in identity and oauth'],
  jose: [['core/identity/', 'core/oauth/', 'core/audit/'], 'tokens and keys are read and made in few places'],
  '@modelcontextprotocol/': [['core/connections/', 'core/gateway/', 'core/oauth/'], 'the data path uses no SDK class'],
  'node:sqlite': [
    ['core/base/state-db.ts', 'core/audit/', 'host/instance-lock.ts'],
    'only stores and the instance lock open databases',
  ],
  'node:child_process': [
    [
      'core/connections/',
      'core/clients/running.ts',
      'host/core-dumps.ts',
      'host/start-host.ts',
      'electron/host-process.ts',
      'cli/desktop.ts',
      'host/open-in-browser.ts',
    ],
    'processes are started in few, known places; the clients only ask the system which programs run',
  ],
};

const MAX_LINES: Readonly<Record<string, number>> = { renderer: 250, 'host/host.ts': 180 };
const ELECTRON_TOTAL = 900;

const files = FOLDERS.flatMap((folder) => sourcesUnder(join(root, folder))).map((path) =>
  relative(root, path).split(sep).join('/'),
);

describe('architecture', () => {
  test('the rules name only folders that exist', () => {
    expect(FOLDERS.filter((folder) => !existsSync(join(root, folder)))).toEqual([]);
    expect(files.length).toBeGreaterThan(50);
  });

  test('a folder imports only the folders it may', () => {
    expect(
      everyImport().flatMap(({ file, target }) => {
        const from = topFolder(file);
        const to = target && topFolder(target);
        if (!to || to === from || !FOLDERS.includes(to)) return [];
        const [allowed, reason] = MAY_IMPORT[from] ?? [[], ''];
        return allowed.includes(to) ? [] : [`${file} imports ${target}: ${reason}`];
      }),
    ).toEqual([]);
  });

  test('inside core, imports go only to lower folders', () => {
    expect(
      everyImport().flatMap(({ file, target }) => {
        if (!file.startsWith('core/') || !target?.startsWith('core/')) return [];
        const [from = '', to = ''] = [file.split('/')[1], target.split('/')[1]];
        if (from === to || rank(to) < rank(from)) return [];
        return [`${file} imports ${target}: the order is ${CORE_ORDER.map((group) => group.join(' · ')).join(' → ')}`];
      }),
    ).toEqual([]);
  });

  test('every folder of core has its place in the order', () => {
    const found = readdirSync(join(root, 'core'), { withFileTypes: true }).filter((entry) => entry.isDirectory());
    expect(found.map((entry) => entry.name).filter((name) => rank(name) < 0)).toEqual([]);
  });

  test('SEC-02 nothing keeps a secret through Electron, whose safeStorage may be plain text (basic_text)', () => {
    // Secrets live in the host, which runs without Electron; so that back end cannot arise.
    expect(files.filter((file) => /\bsafeStorage\b/.test(readFileSync(join(root, file), 'utf8')))).toEqual([]);
    expect(everyImport().flatMap(({ file, specifier }) => (specifier === 'keytar' ? [file] : []))).toEqual([
      'core/vault/keychain.ts',
    ]);
  });

  test('a package appears only where it may', () => {
    expect(
      everyImport().flatMap(({ file, specifier }) => {
        const rule = Object.keys(PACKAGES).find(
          (name) => specifier === name || specifier.startsWith(name.endsWith('/') ? name : `${name}/`),
        );
        const [places, reason] = (rule !== undefined && PACKAGES[rule]) || [];
        if (!places || places.some((place) => file.startsWith(place))) return [];
        return [`${file} imports ${specifier}: ${reason}`];
      }),
    ).toEqual([]);
  });

  test('the rules name only packages that are used or declared', () => {
    const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Record<
      'dependencies' | 'devDependencies',
      Record<string, string>
    >;
    const declared = Object.keys({ ...manifest.dependencies, ...manifest.devDependencies });
    const unknown = Object.keys(PACKAGES).filter(
      (name) => !name.startsWith('node:') && !declared.some((known) => known === name || known.startsWith(name)),
    );
    expect(unknown).toEqual([]);
  });

  test('the shim loads nothing but node:net before the host answers', () => {
    expect([...packagesLoadedBy('cli/main.ts'), ...packagesLoadedBy('cli/connect.ts')]).toEqual(['node:net']);
  });

  test('the data path and the command line load no schema library', () => {
    const places = /^(?:core\/(?:audit|clients|connections|eras|gateway|vault)|cli)\//;
    expect(files.filter((file) => places.test(file) && packagesLoadedBy(file).includes('zod'))).toEqual([]);
  });

  test('no file outgrows its limit', () => {
    const tests = sourcesUnder(join(root, 'test')).map((path) => relative(root, path).split(sep).join('/'));
    const scripts = readdirSync(join(root, 'scripts'))
      .filter((name) => name.endsWith('.mjs'))
      .map((name) => `scripts/${name}`);
    expect(
      [...files, ...tests, ...scripts].flatMap((file) => {
        const limit = MAX_LINES[file] ?? MAX_LINES[topFolder(file)] ?? 300;
        const lines = lineCount(file);
        return lines > limit ? [`${file}: ${lines} lines, the limit is ${limit}`] : [];
      }),
    ).toEqual([]);
    const shell = files.filter((file) => file.startsWith('electron/')).reduce((sum, file) => sum + lineCount(file), 0);
    expect(shell, `the shell has at most ${ELECTRON_TOTAL} lines in all`).toBeLessThanOrEqual(ELECTRON_TOTAL);
  });

  test('the version in the code is that of the package', () => {
    const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
    expect(readFileSync(join(root, 'shared/version.ts'), 'utf8')).toContain(`VERSION = '${manifest.version}'`);
  });

  test('nothing evaluates text as code or markup', () => {
    const bad =
      /\beval\(|new Function\(|dangerouslySetInnerHTML|\.innerHTML\s*=|\.outerHTML\s*=|insertAdjacentHTML|document\.write\(/;
    expect(files.filter((file) => bad.test(readFileSync(join(root, file), 'utf8')))).toEqual([]);
  });
});

function everyImport(): { file: string; specifier: string; target: string | undefined }[] {
  return files.flatMap((file) =>
    importsOf(readFileSync(join(root, file), 'utf8')).map(({ specifier }) => ({
      file,
      specifier,
      target: resolveTarget(file, specifier),
    })),
  );
}

/** Packages that importing `file` loads at once, through all the files that it imports. */
function packagesLoadedBy(file: string, seen: Set<string> = new Set()): string[] {
  if (seen.has(file)) return [];
  seen.add(file);
  return importsOf(readFileSync(join(root, file), 'utf8'))
    .filter(({ kind }) => kind === 'static')
    .flatMap(({ specifier }) =>
      specifier.startsWith('.') ? packagesLoadedBy(resolveTarget(file, specifier) ?? '', seen) : [specifier],
    );
}

function resolveTarget(file: string, specifier: string): string | undefined {
  return specifier.startsWith('.')
    ? relative(root, join(root, dirname(file), specifier))
        .split(sep)
        .join('/')
    : undefined;
}

function topFolder(file: string): string {
  return file.split('/')[0] ?? '';
}

function rank(folder: string): number {
  return CORE_ORDER.findIndex((group) => group.includes(folder));
}

function lineCount(file: string): number {
  return readFileSync(join(root, file), 'utf8').trimEnd().split('\n').length;
}

function sourcesUnder(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(
      (entry) =>
        entry.isFile() && /\.(ts|tsx|cts|mts)$/.test(entry.name) && !entry.parentPath.includes(`${sep}fixtures`),
    )
    .map((entry) => join(entry.parentPath, entry.name));
}
