import { Navigate, Outlet, useLocation } from 'react-router';
import { ME, useGet } from '../api/client';
import { Failure } from '../ui/Failure';
import { Loading } from '../ui/Loading';
import { ReasonProvider } from '../ui/ReasonDialog';
import { MeProvider } from './me';
import type { Me } from './wire';

/** Where the sign-in page has to lead back to. */
export function signInFrom(location: { pathname: string; search: string; hash: string }): string {
  const here = `${location.pathname}${location.search}${location.hash}`;
  return here === '/' ? '/sign-in' : `/sign-in?next=${encodeURIComponent(here)}`;
}

/** Lets in who is signed in and need not change the password first. */
export function Guard() {
  const location = useLocation();
  const me = useGet<Me>(ME[0], {}, { staleTime: 5 * 60_000 });
  if (me.error?.status === 401) return <Navigate to={signInFrom(location)} replace />;
  if (!me.data) {
    return (
      <div className="bc-alone">
        {me.error ? <Failure problem={me.error} retry={() => void me.refetch()} /> : <Loading />}
      </div>
    );
  }
  if (me.data.must_change_password && location.pathname !== '/password') {
    const here = `${location.pathname}${location.search}`;
    return <Navigate to={`/password?next=${encodeURIComponent(here)}`} replace />;
  }
  return (
    <MeProvider value={me.data}>
      {/* Another person gives another reason. */}
      <ReasonProvider key={me.data.name}>
        <Outlet />
      </ReasonProvider>
    </MeProvider>
  );
}
