// Moves a server to the latest version of its registry: the review shows what changes.
import { useQuery } from '@tanstack/react-query';
import { useLocation } from 'wouter';
import { PageHead } from '../../components/page-head.tsx';
import { Reason } from '../../components/reason.tsx';
import { SkeletonRows } from '../../components/skeleton-rows.tsx';
import { useApp } from '../../state/app-context.ts';
import { toFault } from '../../words/fault.ts';
import { InstallReviewPage } from './install-review.tsx';

export function UpdatePage({ name }: { readonly name: string }) {
  const { queries } = useApp();
  const [, navigate] = useLocation();
  const request = useQuery({
    ...queries.registry.updateRequest.queryOptions({ input: { name } }),
    gcTime: 0,
    retry: false,
  });
  if (request.data)
    return <InstallReviewPage request={request.data} secrets={{}} onBack={() => navigate('/registry')} />;
  return (
    <>
      <PageHead title={`Update ${name}`} back={{ to: '/registry', label: 'Back to the registry' }} />
      <div className="body">
        {request.error ? <Reason fault={toFault(request.error)} /> : <SkeletonRows rows={5} height={42} />}
      </div>
    </>
  );
}
