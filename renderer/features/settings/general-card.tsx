// Theme, shortcuts, how long an idle host stays, and how hard the audit log is written.
import { NumberInput, SegmentedControl, Switch } from '@mantine/core';
import { type ReactNode, useEffect, useState } from 'react';
import type { Settings } from '../../../shared/model/system.ts';
import { useApp, useSnapshot } from '../../state/app-context.ts';
import { toast, toastFault } from '../../state/toast.tsx';
import { useTheme } from '../../state/use-theme.ts';
import { toFault } from '../../words/fault.ts';

export function GeneralCard() {
  const { client } = useApp();
  const { settings } = useSnapshot();
  const { theme, setTheme } = useTheme();
  const [idle, setIdle] = useState<number | string>(settings.idleExitMinutes);
  useEffect(() => setIdle(settings.idleExitMinutes), [settings.idleExitMinutes]);
  const save = async (patch: Partial<Settings>, undo: Partial<Settings>): Promise<void> => {
    try {
      await client.system.setSettings(patch);
      toast('Saved', {
        label: 'Undo',
        run: () => void client.system.setSettings(undo).catch((error: unknown) => toastFault(toFault(error))),
      });
    } catch (error) {
      toastFault(toFault(error));
      setIdle(settings.idleExitMinutes);
    }
  };
  const saveIdle = (): void => {
    const minutes = Number(idle);
    if (!(minutes >= 0.01 && minutes <= 1440)) setIdle(settings.idleExitMinutes);
    else if (minutes !== settings.idleExitMinutes) {
      void save({ idleExitMinutes: minutes }, { idleExitMinutes: settings.idleExitMinutes });
    }
  };
  return (
    <>
      <Line name="Theme" effect="Light, dark, or as the system says. Kept in this window only.">
        <SegmentedControl
          aria-label="Theme"
          value={theme}
          onChange={(value) => setTheme(value === 'light' || value === 'dark' ? value : 'auto')}
          data={[
            { value: 'auto', label: 'System' },
            { value: 'light', label: 'Light' },
            { value: 'dark', label: 'Dark' },
          ]}
        />
      </Line>
      <Line name="Single-key shortcuts" effect="Keys such as / and J work outside text fields.">
        <Switch
          aria-label="Single-key shortcuts"
          checked={settings.singleKeyShortcuts}
          onChange={(event) =>
            void save(
              { singleKeyShortcuts: event.currentTarget.checked },
              { singleKeyShortcuts: settings.singleKeyShortcuts },
            )
          }
        />
      </Line>
      <Line name="Leave when idle" effect="Minutes without client or window after which the host leaves.">
        <NumberInput
          aria-label="Minutes until an idle host leaves"
          w={110}
          min={0.01}
          max={1440}
          suffix=" min"
          value={idle}
          onChange={setIdle}
          onBlur={saveIdle}
          onKeyDown={(event) => event.key === 'Enter' && saveIdle()}
        />
      </Line>
      <Line name="Audit durability" effect="Strict waits for the disk before each call goes out.">
        <SegmentedControl
          aria-label="Audit durability"
          value={settings.auditDurability}
          onChange={(value) =>
            void save(
              { auditDurability: value === 'strict' ? 'strict' : 'default' },
              { auditDurability: settings.auditDurability },
            )
          }
          data={[
            { value: 'default', label: 'Default' },
            { value: 'strict', label: 'Strict' },
          ]}
        />
      </Line>
    </>
  );
}

function Line({
  name,
  effect,
  children,
}: {
  readonly name: string;
  readonly effect: string;
  readonly children: ReactNode;
}) {
  return (
    <div className="setting">
      <div>
        <div className="name">{name}</div>
        <p>{effect}</p>
      </div>
      {children}
    </div>
  );
}
