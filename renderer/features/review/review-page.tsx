// What a link or a pasted catalog proposes, whole and unshortened; nothing happens before the person's word, and nothing
// is started or signed in to by it.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useLocation } from 'wouter';
import { PageHead } from '../../components/page-head.tsx';
import { Reason } from '../../components/reason.tsx';
import { SkeletonRows } from '../../components/skeleton-rows.tsx';
import { useApp } from '../../state/app-context.ts';
import { toFault } from '../../words/fault.ts';
import { IdentityFormPage } from '../identities/identity-form-page.tsx';
import { AddReview } from './add-review.tsx';
import { PasteBox } from './paste-box.tsx';

const BACK = { to: '/servers', label: 'Back to servers' };

/** `id`: the review that was announced; another one may have taken its place. */
export function ReviewPage({ id }: { readonly id: string | undefined }) {
  const { client, queries } = useApp();
  const cache = useQueryClient();
  const [, navigate] = useLocation();
  const current = useQuery({ ...queries.links.current.queryOptions(), gcTime: 0 });
  const review = current.data?.review;
  const leave = async (to: string): Promise<void> => {
    if (review !== undefined) await client.links.dismiss({ id: review.id }).catch(() => undefined);
    await cache.invalidateQueries({ queryKey: queries.links.current.key() });
    navigate(to);
  };
  if (review?.kind === 'add')
    return <AddReview key={review.id} review={review} onDismiss={() => void leave('/servers')} onDone={leave} />;
  if (review?.kind === 'sign-in')
    return (
      <IdentityFormPage
        key={review.id}
        proposed={review.identity}
        onDismiss={() => void leave('/identities')}
        onSaved={() => void leave('/identities')}
      />
    );
  return (
    <>
      <PageHead title="Review" sub="A link only ever shows what it proposes." back={BACK} />
      <div className="body">
        <div className="form">
          {current.isPending && <SkeletonRows rows={3} height={44} />}
          {current.isError && <Reason fault={toFault(current.error)} />}
          {review?.kind === 'refused' && (
            <Reason
              fault={{
                code: 'INPUT_INVALID',
                cause: `The link cannot be used. ${review.reason}`,
                hint: 'Ask for another one.',
              }}
              action={{ label: 'Dismiss', run: () => void leave('/servers') }}
            />
          )}
          {current.isSuccess && review === undefined && id !== undefined && (
            <p className="t2">This review has ended. Open the link again to see it.</p>
          )}
          {review === undefined && <PasteBox />}
        </div>
      </div>
    </>
  );
}
