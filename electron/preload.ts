// The powers of the desktop window beyond a browser tab. Named functions only: no generic channel, no access to Node.
import { contextBridge, ipcRenderer } from 'electron';

contextBridge.exposeInMainWorld(
  'portolan',
  Object.freeze({
    shell: 'electron',
    platform: process.platform,
    getTheme: () => ipcRenderer.invoke('theme:get') as Promise<unknown>,
    setTheme: (theme: string) => ipcRenderer.invoke('theme:set', theme) as Promise<unknown>,
    openExternal: (url: string) => ipcRenderer.invoke('open-external', url) as Promise<unknown>,
  }),
);
