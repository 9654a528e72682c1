// The chosen theme: kept by this window, and passed on to the desktop shell where there is one.
import { type MantineColorScheme, useMantineColorScheme } from '@mantine/core';
import { useCallback } from 'react';
import { useApp } from './app-context.ts';

export interface Theme {
  /** `auto`: as the system says. */
  readonly theme: MantineColorScheme;
  readonly setTheme: (theme: MantineColorScheme) => void;
}

export function useTheme(): Theme {
  const { powers } = useApp().bridge;
  // To hold transitions still, Mantine would write markup, which the page's policy (Trusted Types) refuses by throwing.
  const { colorScheme, setColorScheme } = useMantineColorScheme({ keepTransitions: true });
  const setTheme = useCallback(
    (theme: MantineColorScheme) => {
      setColorScheme(theme);
      // The shell's frame may lag behind; the window itself has changed already.
      powers.setTheme?.(theme === 'auto' ? 'system' : theme).catch(() => undefined);
    },
    [powers, setColorScheme],
  );
  return { theme: colorScheme, setTheme };
}
