// The tray: how many sessions live, the way back to the window, and the two ways to leave.
import { app, Menu, nativeImage, Tray } from 'electron';
import { createClient } from '../host/control-client.ts';
import { showWindow } from './window.ts';

/** 32 × 32 compass needle, black with alpha, drawn for both menu bar colours. */
const ICON =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAACAAAAAgCAYAAABzenr0AAAAeklEQVR42u2Xyw0AIAhDu//SuIAHoVVrxMQbnychWIDHTizea4nlINnAUhA2COWvKmUpTsYhaxfK5Cjahi1AEAElENmGqzbq1J59PV0FGwAcAAALoJj/DfA2wNYm/HcOXB/FFp9R6wELSWYhSi1kucViYrGa2Syn284AReAu4GKDWTEAAAAASUVORK5CYII=';

/** Puts Portolan into the tray and keeps its first line true. */
export function createTray(socket: string): void {
  const icon = nativeImage.createFromDataURL(ICON);
  icon.setTemplateImage(true);
  const tray = new Tray(icon);
  const client = createClient(socket);
  const draw = (sessions: number): void => {
    tray.setToolTip('Portolan');
    tray.setContextMenu(
      Menu.buildFromTemplate([
        { label: `Portolan, ${sessions} ${sessions === 1 ? 'session' : 'sessions'} live`, enabled: false },
        { label: 'Open Portolan', click: () => showWindow() },
        { label: 'Verify log now', click: () => showWindow('/activity?verify') },
        { type: 'separator' },
        { label: 'Settings', click: () => showWindow('/settings') },
        { type: 'separator' },
        { label: 'Quit window', click: () => app.quit() },
        {
          label: 'Stop host and quit',
          click: () => void client.system.stop({ mode: 'now' }).finally(() => app.quit()),
        },
      ]),
    );
  };
  draw(0);
  tray.on('click', () => showWindow());
  void follow(client, draw);
}

async function follow(client: ReturnType<typeof createClient>, draw: (sessions: number) => void): Promise<void> {
  draw((await client.system.snapshot()).sessions.length);
  for await (const event of await client.system.events(undefined, { context: { retry: Number.POSITIVE_INFINITY } })) {
    if (event.type === 'sessions') draw(event.sessions.length);
  }
}
