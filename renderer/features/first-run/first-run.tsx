// Setting up: find what the clients on this computer use, write Portolan into them, wait until they are back, sign in.
// Each step has its own address, so that a reload and the back button stay where one is.
import { useEffect } from 'react';
import { useLocation } from 'wouter';
import { useApp } from '../../state/app-context.ts';
import { toastFault } from '../../state/toast.tsx';
import { toFault } from '../../words/fault.ts';
import { ChooseStep } from './choose-step.tsx';
import { FindStep } from './find-step.tsx';
import { useSetupMemory } from './setup-memory.ts';
import { RestartStep } from './restart-step.tsx';
import { SignInStep } from './sign-in-step.tsx';

export function FirstRun() {
  const { client } = useApp();
  const [location, navigate] = useLocation();
  const [memory, remember] = useSetupMemory();
  useEffect(() => {
    if (memory.step !== location) remember({ step: location });
  }, [location]);
  const leave = async (to: string): Promise<void> => {
    try {
      await client.system.setSettings({ firstRunDone: true });
      const back = new Set(memory.seen.map((one) => one.client));
      remember({ step: undefined, written: memory.written.filter((one) => !back.has(one.client)), seen: [] });
      navigate(to);
    } catch (error) {
      toastFault(toFault(error));
    }
  };
  const props = { onLeave: (to: string) => void leave(to) };
  switch (location) {
    case '/first-run/clients':
      return <ChooseStep {...props} />;
    case '/first-run/restart':
      return <RestartStep {...props} />;
    case '/first-run/sign-in':
      return <SignInStep {...props} />;
    default:
      return <FindStep {...props} />;
  }
}
