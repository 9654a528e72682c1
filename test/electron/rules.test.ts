// Rules over the shell's text: which of Electron's powers is used in which one file.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const FOLDER = join(import.meta.dirname, '..', '..', 'electron');
const texts = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.ts'))
  .map((name) => [name, readFileSync(join(FOLDER, name), 'utf8')] as const);

/** Files whose code, comments aside, matches. */
function filesWith(pattern: RegExp): string[] {
  return texts.filter(([, text]) => pattern.test(text.replace(/\/\/.*|\/\*[^]*?\*\//g, ''))).map(([name]) => name);
}

test('ELE-09 the system’s programs are opened in hardening.ts alone, and web addresses in one place of it', () => {
  expect(filesWith(/\bshell\b/)).toEqual(['hardening.ts']);
  expect(filesWith(/openExternal/)).toEqual(['hardening.ts']);
  const [, hardening = ''] = texts.find(([name]) => name === 'hardening.ts') ?? [];
  expect(hardening.match(/openExternal\(.*\)/g)).toEqual(['openExternal(url.href)']);
  expect(filesWith(/showItemInFolder|moveItemToTrash|trashItem/)).toEqual([]);
});

test('ELE-07 messages are answered through the checking function of ipc.ts alone', () => {
  expect(filesWith(/\bipcMain\.(?:handle|handleOnce|on|once|addListener)\(/)).toEqual(['ipc.ts']);
  const [, ipc = ''] = texts.find(([name]) => name === 'ipc.ts') ?? [];
  expect(ipc.match(/ipcMain\.\w+\(/g)).toEqual(['ipcMain.handle(']);
});

test('ELE-01 windows are made in window.ts alone, with the common preferences', () => {
  expect(filesWith(/new (?:BrowserWindow|BrowserView|WebContentsView)\b/)).toEqual(['window.ts']);
  expect(filesWith(/webPreferences: \{ \.\.\.WEB_PREFERENCES,/)).toEqual(['window.ts']);
});

test('ELE-08 the preload alone touches the page’s world, and imports only electron', () => {
  expect(filesWith(/contextBridge|ipcRenderer/)).toEqual(['preload.ts']);
  const [, preload = ''] = texts.find(([name]) => name === 'preload.ts') ?? [];
  expect(preload.match(/from '[^']+'/g)).toEqual(["from 'electron'"]);
});

test('no page and no script is run by text from the main process', () => {
  expect(filesWith(/executeJavaScript|insertCSS|loadFile|debugger\.|file:\/\//)).toEqual([]);
});

test('SEC-15 the clipboard is read and written in secret-clipboard.ts alone', () => {
  expect(filesWith(/import \{[^}]*\bclipboard\b[^}]*\} from 'electron'/)).toEqual(['secret-clipboard.ts']);
});
