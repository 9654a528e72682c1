// Signing out of an identity, editing and removing it; what an organisation set is only signed out of.
import { ActionIcon, Button, Menu, Modal } from '@mantine/core';
import { IconDots, IconLock, IconLogout, IconPencil, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { useLocation } from 'wouter';
import { isForBrowser } from '../../../shared/browser-address.ts';
import type { IdentityStatus } from '../../../shared/model/identity.ts';
import { Confirm } from '../../components/confirm.tsx';
import { CopyButton } from '../../components/copy-button.tsx';
import { Visible } from '../../components/visible.tsx';
import { useApp } from '../../state/app-context.ts';
import { toast, toastFault } from '../../state/toast.tsx';
import { toFault } from '../../words/fault.ts';
import { counted } from '../../words/numbers.ts';
import { identityTitle, isSignedIn } from '../../words/sign-ins.ts';

const REVOKED = {
  yes: 'its tokens were revoked',
  later: 'its tokens are revoked when the provider answers',
  'not-offered': 'its tokens end by themselves',
} as const;

export function IdentityMenu({ identity }: { readonly identity: IdentityStatus }) {
  const { client } = useApp();
  const [, navigate] = useLocation();
  const [asking, setAsking] = useState<'sign-out' | 'remove'>();
  const [goodbye, setGoodbye] = useState<string>();
  const { name, unlocks, source } = identity;
  const title = identityTitle(identity);
  const isIn = isSignedIn(identity);
  const servers = unlocks.length === 0 ? 'No server' : counted(unlocks.length, 'server');
  const attempt = (run: () => Promise<void>): void => void run().catch((error: unknown) => toastFault(toFault(error)));
  const signOut = async (): Promise<void> => {
    const { revoked, url } = await client.identities.signOut({ name });
    toast(`Signed out of ${title}; ${REVOKED[revoked]}`);
    setGoodbye(url);
  };
  const remove = async (): Promise<void> => {
    await client.identities.remove({ name });
    toast(`${title} was removed`);
  };
  return (
    <>
      {isIn && identity.state !== 'ends-soon' && (
        <Button
          variant="default"
          size="compact-sm"
          aria-label={`Sign out: ${title}`}
          onClick={() => setAsking('sign-out')}
        >
          Sign out
        </Button>
      )}
      <Menu withInitialFocusPlaceholder={false} position="bottom-end">
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" size={26} aria-label={`More for ${title}`}>
            <IconDots size={15} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {source === 'managed' && <Menu.Label>Set by your organisation</Menu.Label>}
          <Menu.Item leftSection={<IconLogout size={14} />} disabled={!isIn} onClick={() => setAsking('sign-out')}>
            Sign out…
          </Menu.Item>
          <Menu.Item
            leftSection={source === 'managed' ? <IconLock size={14} /> : <IconPencil size={14} />}
            onClick={() => navigate(`/identities/${encodeURIComponent(name)}/edit`)}
          >
            {source === 'managed' ? 'Show details' : 'Edit'}
          </Menu.Item>
          {source !== 'managed' && (
            <Menu.Item leftSection={<IconTrash size={14} />} onClick={() => setAsking('remove')}>
              Remove…
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
      <Confirm
        opened={asking === 'sign-out'}
        title={`Sign out of ${title}?`}
        text={`${servers} that it unlocks ${unlocks.length > 1 ? 'ask' : 'asks'} for a sign-in again. Calls that run end.`}
        verb="Sign out"
        onClose={() => setAsking(undefined)}
        onConfirm={() => attempt(signOut)}
      />
      <Confirm
        opened={asking === 'remove'}
        title={`Remove ${title}?`}
        text="You are signed out of it first. Servers that go through it need another way."
        verb={`Remove ${title}`}
        onClose={() => setAsking(undefined)}
        onConfirm={() => attempt(remove)}
      />
      <Goodbye title={title} url={goodbye} onClose={() => setGoodbye(undefined)} />
    </>
  );
}

/** The provider keeps a session of its own in the browser; only the person can end that. */
function Goodbye({
  title,
  url,
  onClose,
}: {
  readonly title: string;
  readonly url: string | undefined;
  readonly onClose: () => void;
}) {
  const { bridge } = useApp();
  const address = url !== undefined && URL.canParse(url) && isForBrowser(new URL(url)) ? new URL(url).href : undefined;
  return (
    <Modal
      opened={address !== undefined}
      onClose={onClose}
      title={`Signed out of ${title}`}
      size={440}
      centered
      withCloseButton={false}
    >
      <p className="t2">Your browser may still be signed in there. This address ends that too:</p>
      <div className="row">
        <span className="mono anywhere grow">
          <Visible text={address ?? ''} />
        </span>
        <CopyButton text={address ?? ''} label="Copy address" />
      </div>
      <div className="row" style={{ marginTop: 14 }}>
        {bridge.kind === 'browser' && (
          <Button variant="default" onClick={() => window.open(address, '_blank', 'noopener,noreferrer')}>
            Open in browser
          </Button>
        )}
        <Button className="end" variant="default" data-autofocus onClick={onClose}>
          Close
        </Button>
      </div>
    </Modal>
  );
}
