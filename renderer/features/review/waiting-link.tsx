// Tells on every other page that a link waits for review: links can come where no window could be shown.
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useLocation } from 'wouter';
import { Mark } from '../../components/mark.tsx';
import { useApp } from '../../state/app-context.ts';

export function WaitingLink() {
  const { queries } = useApp();
  const [at] = useLocation();
  const current = useQuery({ ...queries.links.current.queryOptions(), refetchOnWindowFocus: 'always' });
  const review = current.data?.review;
  if (review === undefined || at.startsWith('/review')) return null;
  return (
    <div className="banner" role="status">
      <Mark kind="approve" size={16} />
      <span className="grow">A link waits for your review.</span>
      <Button component={Link} href={`/review/${review.id}`} variant="default" size="compact-sm">
        Review
      </Button>
    </div>
  );
}
