// The tray: how many sessions live, the way back to the window, and the two ways to leave.
import { app, dialog, Menu, type MenuItemConstructorOptions, nativeImage, Tray } from 'electron';
import type { HostClient } from '../host/control-client.ts';
import { type Counts, followSessions } from './follow-sessions.ts';
import { callAttention, showWindow } from './window.ts';

/** 32 × 32 compass needle, black with alpha, drawn for both menu bar colours. */
const ICON =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAACAAAAAgCAYAAABzenr0AAAAeklEQVR42u2Xyw0AIAhDu//SuIAHoVVrxMQbnychWIDHTizea4nlINnAUhA2COWvKmUpTsYhaxfK5Cjahi1AEAElENmGqzbq1J59PV0FGwAcAAALoJj/DfA2wNYm/HcOXB/FFp9R6wELSWYhSi1kucViYrGa2Syn284AReAu4GKDWTEAAAAASUVORK5CYII=';

/** Puts Portolan into the tray and keeps its first line true, whatever becomes of the host. */
export function createTray(client: HostClient, startHost: () => Promise<unknown>): void {
  const icon = nativeImage.createFromDataURL(ICON);
  icon.setTemplateImage(true);
  const tray = new Tray(icon);
  let known: readonly string[] = [];
  const draw = (counts: Counts | undefined): void => {
    tray.setContextMenu(Menu.buildFromTemplate(menuOf(counts, client, startHost)));
    const asked = counts?.questions.filter((id) => !known.includes(id)) ?? [];
    known = counts?.questions ?? known;
    if (asked[0] !== undefined) callAttention(`/questions/${encodeURIComponent(asked[0])}`);
  };
  tray.setToolTip('Portolan');
  tray.on('click', () => showWindow());
  draw(undefined);
  void followSessions(client, draw);
}

/** `counts` is undefined while no host answers. */
function menuOf(
  counts: Counts | undefined,
  client: HostClient,
  startHost: () => Promise<unknown>,
): MenuItemConstructorOptions[] {
  const { sessions = 0, questions = [], signIns = 0, tasks = [] } = counts ?? {};
  const isRunning = counts !== undefined;
  return [
    { label: isRunning ? `Portolan, ${countOf(sessions)} live` : 'Portolan, the host is not running', enabled: false },
    ...(isRunning ? [] : [{ label: 'Start host', click: () => void startHost().catch(showError) }]),
    { type: 'separator' },
    ...(questions.length === 0
      ? []
      : [{ label: `Questions (${questions.length})…`, click: () => showWindow('/questions') }]),
    ...(tasks.length === 0 ? [] : [{ label: `Tasks (${tasks.length})…`, click: () => showWindow('/tasks') }]),
    ...(signIns === 0 ? [] : [{ label: `Sign-ins (${signIns})…`, click: () => showWindow('/identities') }]),
    { label: 'Open Portolan', click: () => showWindow() },
    { label: 'Activity', click: () => showWindow('/activity') },
    { label: 'Settings', click: () => showWindow('/settings') },
    { type: 'separator' },
    { label: 'Quit window', click: () => app.quit() },
    ...(isRunning ? [{ label: 'Stop host and quit…', click: () => void stopAndQuit(client, sessions) }] : []),
  ];
}

async function stopAndQuit(client: HostClient, sessions: number): Promise<void> {
  const { response } = await dialog.showMessageBox({
    type: 'question',
    message: 'Stop Portolan?',
    detail: sessions === 0 ? 'No client is connected.' : `${countOf(sessions)} with AI clients will end.`,
    buttons: ['Stop', 'Cancel'],
    defaultId: 1,
    cancelId: 1,
  });
  if (response !== 0) return;
  await client.system.stop({ mode: 'now' }).catch(showError);
  app.quit();
}

function countOf(sessions: number): string {
  return `${sessions} ${sessions === 1 ? 'session' : 'sessions'}`;
}

function showError(error: unknown): void {
  dialog.showErrorBox('Portolan', error instanceof Error ? error.message : String(error));
}
