// Whose page a sign-in opens: the whole host, never shortened, with a warning when it can be taken for another. (OA-30)
import type { SignIn } from '../../../shared/model/identity.ts';
import { Visible } from '../../components/visible.tsx';

export function AskedHost({ signIn }: { readonly signIn: SignIn }) {
  const { authorizationHost, authorizationHostUnicode, resourceHost, device } = signIn;
  if (authorizationHost === undefined)
    return <div className="t2 sm">The server is asked who signs people in when you press the button.</div>;
  return (
    <div className="askedhost">
      <div className="t2 sm">{device === undefined ? 'Opens in your browser' : 'Signs you in at'}</div>
      <div className="host mono anywhere">
        <Visible text={authorizationHost} />
      </div>
      {resourceHost !== undefined && (
        <div className="t2 sm anywhere">
          for{' '}
          <span className="mono">
            <Visible text={resourceHost} />
          </span>
        </div>
      )}
      {authorizationHostUnicode !== undefined && (
        <div className="reason warn" role="note">
          <div className="b">This name can look like another.</div>
          <div className="anywhere">
            Browsers may show it as{' '}
            <span className="mono b">
              <Visible text={authorizationHostUnicode} />
            </span>
            . Sign in only if you expected exactly <span className="mono">{authorizationHost}</span>.
          </div>
        </div>
      )}
    </div>
  );
}
