// A secret as a slot: its name, that it is in the keychain, since when. There is no way to read it.
import { Button } from '@mantine/core';
import { IconLock } from '@tabler/icons-react';
import { useNow } from '../state/use-now.ts';
import { ago } from '../words/time.ts';

export function SecretSlot({
  name,
  changedAt,
  onReplace,
}: {
  readonly name: string;
  readonly changedAt?: string;
  readonly onReplace?: () => void;
}) {
  const now = useNow();
  return (
    <span className="row">
      <IconLock size={14} aria-hidden className="none" />
      <span className="grow anywhere">
        <span className="mono b">{name}</span>
        <span className="t2 sm">, in the keychain{changedAt === undefined ? '' : `, set ${ago(changedAt, now)}`}</span>
      </span>
      {onReplace && (
        <Button variant="default" size="compact-sm" onClick={onReplace} aria-label={`Replace… ${name}`}>
          Replace…
        </Button>
      )}
    </span>
  );
}
