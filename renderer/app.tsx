// The app: providers around the frame. Navigation lives in features/shell/routes.tsx.
import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { QueryClientProvider } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { Router } from 'wouter';
import { useHashLocation } from 'wouter/use-hash-location';
import type { Bridge } from './bridge/bridge.ts';
import { applyStoredScheme, colorSchemeManager } from './color-scheme.ts';
import { LiveRegion } from './components/live-region.tsx';
import { Shell } from './features/shell/shell.tsx';
import { AppContext } from './state/app-context.ts';
import { createApp } from './state/create-app.ts';
import { theme } from './theme.ts';

applyStoredScheme();

export function App({ bridge }: { readonly bridge: Bridge }) {
  const [app] = useState(() => createApp(bridge));
  useEffect(() => app.value.store.start(), [app]);
  return (
    <MantineProvider
      theme={theme}
      colorSchemeManager={colorSchemeManager}
      defaultColorScheme="auto"
      withCssVariables={false}
      withGlobalClasses={false}
    >
      <QueryClientProvider client={app.queryClient}>
        <AppContext value={app.value}>
          <Router hook={useHashLocation}>
            <Shell />
          </Router>
          <Notifications position="bottom-right" transitionDuration={120} limit={4} />
          <LiveRegion />
        </AppContext>
      </QueryClientProvider>
    </MantineProvider>
  );
}
