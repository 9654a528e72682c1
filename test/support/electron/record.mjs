// What the stand-in was asked to do, told to the test that started it over the process channel.

export const record = {
  privileged: [],
  granted: [],
  deviceGranted: [],
  menu: [],
  tray: [],
  opened: [],
  errors: [],
  navigations: [],
  windowsOpened: [],
  cancelled: [],
  windows: [],
  themes: [],
  copied: [],
  notifications: [],
  notificationsClosed: [],
};

/** Adds `value` to one list of the record. */
export function note(list, value) {
  record[list].push(value);
  publish();
}

/** Replaces one list of the record. */
export function set(list, values) {
  record[list] = values;
  publish();
}

function publish() {
  process.send?.(record);
}
