// Cursor's command line, `cursor-agent`: reads the files of Cursor.
import { cursorProgram } from './cursor.ts';

export const cursorAgent = cursorProgram({
  id: 'cursor-agent',
  displayName: 'Cursor CLI',
  monogram: 'CA',
  reload: 'Start a new session of cursor-agent.',
  processNames: ['cursor-agent'],
});
