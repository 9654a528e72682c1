// Keyboard shortcuts: one listener, inert in text fields for single keys, switched off as a whole in Settings.
import { useEffect, useRef } from 'react';

/** `mod+k`, `?`, `/`, `Escape`: `mod` is Ctrl, or Cmd on a Mac. Letters are lower case. */
export type KeyMap = Readonly<Record<string, (event: KeyboardEvent) => void>>;

/** The name of a key press as key maps spell it. */
function keyName(event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey'>): string {
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (event.altKey) return `alt+${key}`;
  return event.ctrlKey || event.metaKey ? `mod+${key}` : key;
}

/** True when the key press belongs to a field in which text is typed. */
function inTextField(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || target.matches('input, textarea, select'));
}

/** Binds keys while the component is mounted. Single characters work only outside text fields and when `single`. */
export function useKeys(keys: KeyMap, single: boolean): void {
  const current = useRef({ keys, single });
  current.current = { keys, single };
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.defaultPrevented) return;
      const name = keyName(event);
      const action = current.current.keys[name];
      if (!action) return;
      if (name.length === 1 && (!current.current.single || inTextField(event.target))) return;
      if (!name.startsWith('mod+') && document.querySelector('[role="dialog"]')) return;
      if (name === 'mod+z' && inTextField(event.target)) return;
      event.preventDefault();
      action(event);
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
}
