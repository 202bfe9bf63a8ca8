import { lazy, Suspense } from 'react';
import { createBrowserRouter, Navigate, type RouteObject } from 'react-router';
import { Loading } from '../ui/Loading';
import { ErrorPage } from './ErrorPage';
import { features } from './features';
import { Guard } from './Guard';
import { jobsOf } from './jobs';
import { Layout } from './Layout';
import { useMe } from './me';
import { NoJob } from './NoJob';
import { NotFound } from './NotFound';
import { SignIn } from './SignIn';

const Password = lazy(() => import('./Password'));
const SecondFactor = lazy(() => import('./SecondFactor'));
const SetUp = lazy(() => import('./SetUpPage'));

/** The first page: the first job that the person has. */
function Start() {
  const job = jobsOf(useMe())[0];
  return job ? <Navigate to={job.entries[0]?.path ?? job.path} replace /> : <NoJob />;
}

const inside: RouteObject[] = [
  { index: true, element: <Start /> },
  ...features.flatMap((feature) => feature.routes),
  { path: '*', element: <NotFound /> },
];

/** All routes. */
export const routes: RouteObject[] = [
  {
    errorElement: <ErrorPage />,
    children: [
      { path: '/sign-in', element: <SignIn /> },
      {
        path: '/setup',
        element: (
          <Suspense fallback={<Loading />}>
            <SetUp />
          </Suspense>
        ),
      },
      {
        element: <Guard />,
        children: [
          {
            path: '/password',
            element: (
              <Suspense fallback={<Loading />}>
                <Password />
              </Suspense>
            ),
          },
          {
            path: '/second-factor',
            element: (
              <Suspense fallback={<Loading />}>
                <SecondFactor />
              </Suspense>
            ),
          },
          { path: '/', element: <Layout />, children: [{ errorElement: <ErrorPage />, children: inside }] },
        ],
      },
    ],
  },
];

/** The router of the application. */
export function newRouter() {
  return createBrowserRouter(routes);
}
