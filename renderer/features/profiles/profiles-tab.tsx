// The profiles: several servers offered to a client as one.
import { Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { Link } from 'wouter';
import { Card } from '../../components/card.tsx';
import { Empty } from '../../components/empty.tsx';
import { useSnapshot } from '../../state/app-context.ts';
import { counted } from '../../words/numbers.ts';

export function ProfilesTab() {
  const { profiles } = useSnapshot();
  const add = (
    <Button
      component={Link}
      href="/settings/profiles/new"
      variant="default"
      size="compact-sm"
      leftSection={<IconPlus size={13} />}
    >
      New profile
    </Button>
  );
  return (
    <Card title="Profiles" right={profiles.length > 0 && add}>
      {profiles.length === 0 ? (
        <Empty text="No profile yet. A profile offers several servers to a client as one.">{add}</Empty>
      ) : (
        <ul className="plain lines">
          {profiles.map((profile) => (
            <li key={profile.name}>
              <span className="grow">
                <span className="block el">
                  <b>{profile.name}</b> {profile.title !== undefined && <span className="t2">{profile.title}</span>}
                </span>
                <span className="t2 sm block el">
                  {counted(profile.servers.length, 'server')}: {profile.servers.join(', ')}
                </span>
              </span>
              <span className="chip">{profile.mode === 'search' ? 'Search' : 'Every tool'}</span>
              <Button
                component={Link}
                href={`/settings/profiles/${encodeURIComponent(profile.name)}`}
                variant="default"
                size="compact-sm"
                aria-label={`Edit ${profile.name}`}
              >
                Edit
              </Button>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}
