// A code to be typed on another device, large, and where to type it. (RFC 8628)
import { Button } from '@mantine/core';
import type { SignIn } from '../../../shared/model/identity.ts';
import { CopyButton } from '../../components/copy-button.tsx';
import { Visible } from '../../components/visible.tsx';
import { useNow } from '../../state/use-now.ts';
import { cutEnd } from '../../text/cut.ts';
import { leftUntil } from '../../words/sign-ins.ts';
import type { SigningIn } from './use-sign-in.ts';

const MAX_CODE = 64;

export function DeviceCode({ signIn, signing }: { readonly signIn: SignIn; readonly signing: SigningIn }) {
  const now = useNow();
  const { device } = signIn;
  if (device === undefined) return null;
  const left = leftUntil(device.expiresAt, now);
  return (
    <section className="devicecode" aria-label={`Code for ${signIn.target}`}>
      <div className="row">
        <span className="code24 mono anywhere">
          <Visible text={cutEnd(device.userCode, MAX_CODE)} />
        </span>
        <CopyButton text={device.userCode} label="Copy code" />
      </div>
      <div className="t2 sm anywhere">
        Type it at{' '}
        <span className="mono">
          <Visible text={device.verificationUrl} />
        </span>{' '}
        on any device.{left === undefined ? '' : ` It is valid for ${left}.`}
      </div>
      <div className="row">
        <Button variant="default" size="compact-sm" disabled={signing.busy} onClick={() => signing.openAgain(signIn)}>
          Open here
        </Button>
        <Button variant="subtle" size="compact-sm" disabled={signing.busy} onClick={() => signing.cancel(signIn)}>
          Cancel
        </Button>
      </div>
    </section>
  );
}
