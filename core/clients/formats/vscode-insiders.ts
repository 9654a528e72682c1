// VS Code Insiders: as VS Code, with a folder and a link scheme of its own.
import { vscodeEdition } from './vscode.ts';

export const vscodeInsiders = vscodeEdition({
  id: 'vscode-insiders',
  displayName: 'VS Code Insiders',
  monogram: 'VI',
  processNames: ['Code - Insiders', 'code-insiders'],
  folder: 'Code - Insiders',
  scheme: 'vscode-insiders',
});
