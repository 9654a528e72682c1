// A secret as a slot: its name, where it is kept, since when. There is no way to read it.
import { Button } from '@mantine/core';
import { IconLock } from '@tabler/icons-react';
import { useSnapshot } from '../state/app-context.ts';
import { useNow } from '../state/use-now.ts';
import { PLACES } from '../words/places.ts';
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
  const { vault } = useSnapshot();
  return (
    <span className="row">
      <IconLock size={14} aria-hidden className="none" />
      <span className="grow anywhere">
        <span className="mono b">{name}</span>
        <span className="t2 sm">
          , in {PLACES[vault.kind].place}
          {changedAt === undefined ? '' : `, set ${ago(changedAt, now)}`}
        </span>
      </span>
      {onReplace && (
        <Button variant="default" size="compact-sm" onClick={onReplace} aria-label={`Replace… ${name}`}>
          Replace…
        </Button>
      )}
    </span>
  );
}
