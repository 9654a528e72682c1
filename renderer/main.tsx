// Entry of the window: styles, the bridge to the host, and the first render.
import '@fontsource-variable/inter/index.css';
import '@fontsource-variable/jetbrains-mono/index.css';
import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import '@mantine/spotlight/styles.css';
import './styles/tokens.css';
import './styles/mantine.css';
import './styles/base.css';
import './styles/shell.css';
import './styles/parts.css';
import './styles/tables.css';
import './styles/forms.css';
import './styles/pages.css';
import './styles/activity.css';
import './styles/connections.css';
import './styles/identities.css';
import './styles/tasks.css';
import './styles/palette.css';
import './styles/registry.css';
import './styles/narrow.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { openBridge } from './bridge/open-bridge.ts';

const root = document.getElementById('root');
if (root) {
  const bridge = await openBridge(window);
  createRoot(root).render(
    <StrictMode>
      <App bridge={bridge} />
    </StrictMode>,
  );
}
