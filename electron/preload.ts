// The powers of the desktop window beyond a browser tab. Named functions only: no generic channel, no access to Node.
import { contextBridge, ipcRenderer } from 'electron';

contextBridge.exposeInMainWorld(
  'portolan',
  Object.freeze({
    startHost: () => ipcRenderer.invoke('start-host') as Promise<unknown>,
    openPath: (path: string) => ipcRenderer.invoke('open-path', path) as Promise<unknown>,
    chooseFile: () => ipcRenderer.invoke('choose-file') as Promise<unknown>,
    openQuestion: (id: string) => ipcRenderer.invoke('open-question', id) as Promise<unknown>,
    openSignIn: (id: string) => ipcRenderer.invoke('open-sign-in', id) as Promise<unknown>,
    copySecret: (text: string) => ipcRenderer.invoke('copy-secret', text) as Promise<unknown>,
    setTheme: (theme: string) => ipcRenderer.invoke('set-theme', theme) as Promise<unknown>,
  }),
);
