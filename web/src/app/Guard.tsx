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

/** The page of what has to be done before anything else, if there is anything. */
export function firstOf(me: Me): string | null {
  if (me.must_change_password) return '/password';
  return me.must_set_up_second_factor ? '/second-factor' : null;
}

/** Lets in who is signed in and need not change the password or set up a second factor first. */
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
  const first = firstOf(me.data);
  if (first && location.pathname !== first) {
    const here = `${location.pathname}${location.search}`;
    return <Navigate to={`${first}?next=${encodeURIComponent(here)}`} replace />;
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
