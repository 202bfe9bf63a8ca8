import {
  MutationCache,
  QueryCache,
  QueryClient,
  type UseMutationOptions,
  type UseMutationResult,
  type UseQueryOptions,
  type UseQueryResult,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { ApiProblem, asProblem } from './problem';
import { del, get, post, put, type Query, type RequestOptions, send } from './request';
import { eventsOf } from './stream';

export { ApiProblem, asProblem } from './problem';
export { address, del, download, get, post, put, type Query, type RequestOptions, save, upload } from './request';

declare module '@tanstack/react-query' {
  interface Register {
    defaultError: ApiProblem;
  }
}

/** The key of who one is. */
export const ME = ['/me'] as const;

/** The cache of answers. What anybody refuses for want of a session asks anew who one is, which shows the sign-in page. */
export function newQueryClient(): QueryClient {
  const lost = (error: unknown, key?: readonly unknown[]) => {
    if (!(error instanceof ApiProblem) || key?.[0] === ME[0]) return;
    const first = error.code === 'password_change_needed' || error.code === 'second_factor_needed';
    if (error.signedOut || first) void client.invalidateQueries({ queryKey: ME });
  };
  const client = new QueryClient({
    queryCache: new QueryCache({ onError: (error, query) => lost(error, query.queryKey) }),
    mutationCache: new MutationCache({ onError: (error) => lost(error) }),
    defaultOptions: {
      queries: {
        staleTime: 30_000,
        gcTime: 10 * 60_000,
        refetchOnWindowFocus: false,
        // What was refused is refused again; a busy or vanished service may come back.
        retry: (count, error) => count < 2 && (error.status === 0 || error.status === 503) && error.code !== 'internal',
      },
    },
  });
  return client;
}

/** What may be set for a read besides path and query. */
export type GetOptions<T> = Omit<UseQueryOptions<T, ApiProblem>, 'queryKey' | 'queryFn'> & {
  /** Why identified records are looked at. */
  reason?: string | undefined;
};

/** Reads and keeps; `path` may be `null` as long as it is not known what to read. */
export function useGet<T>(path: string | null, query?: Query, options?: GetOptions<T>): UseQueryResult<T, ApiProblem> {
  const { reason, enabled, ...rest } = options ?? {};
  return useQuery<T, ApiProblem>({
    ...rest,
    queryKey: [path ?? '', query ?? {}, reason ?? ''],
    queryFn: ({ signal }) => get<T>(path ?? '', query, { reason, signal }),
    enabled: path === null ? false : (enabled ?? true),
  });
}

/** How a write is sent and what it makes outdated. */
export type SendOptions<T, B> = Omit<UseMutationOptions<T, ApiProblem, B>, 'mutationFn'> & {
  /** Paths whose answers may have changed, those below them included. */
  invalidate?: readonly string[];
  /** What is sent; the argument itself when not given. */
  body?: (argument: B) => unknown;
  reason?: string | undefined;
};

/** A write with what it makes outdated. */
export function useSend<T = void, B = void>(
  method: 'post' | 'put' | 'delete',
  path: string | ((argument: B) => string),
  options?: SendOptions<T, B>,
): UseMutationResult<T, ApiProblem, B> {
  const client = useQueryClient();
  const { invalidate, body, reason, onSuccess, ...rest } = options ?? {};
  const call = { post, put, delete: del }[method];
  return useMutation<T, ApiProblem, B>({
    ...rest,
    mutationFn: (argument) => {
      const where = typeof path === 'function' ? path(argument) : path;
      const sent = body ? body(argument) : method === 'delete' ? undefined : argument;
      return call<T>(where, sent, { reason } satisfies RequestOptions);
    },
    onSuccess: async (...given) => {
      await invalidatePaths(client, invalidate ?? []);
      return onSuccess?.(...given);
    },
  });
}

/** Forgets the answers of paths and of those below them. */
export async function invalidatePaths(client: QueryClient, paths: readonly string[]): Promise<void> {
  if (paths.length === 0) return;
  await client.invalidateQueries({
    predicate: ({ queryKey: [first] }) =>
      typeof first === 'string' &&
      paths.some((path) => first === path || first.startsWith(`${path}/`) || first.startsWith(`${path}?`)),
  });
}

/** How far something is that the service tells about. */
export interface Progress<T> {
  /** What came last. */
  latest: T | null;
  /** The service said all it had to say. */
  ended: boolean;
  /** The connection is lost and tried again. */
  failure: ApiProblem | null;
}

/** Server-sent progress; reads until the service ends it and comes back after a lost connection. */
export function useProgress<T>(path: string | null): Progress<T> {
  const [progress, setProgress] = useState<Progress<T>>({ latest: null, ended: false, failure: null });
  useEffect(() => {
    setProgress({ latest: null, ended: false, failure: null });
    if (path === null) return;
    const stop = new AbortController();
    const follow = async () => {
      while (!stop.signal.aborted) {
        try {
          const response = await send('GET', path, undefined, undefined, { signal: stop.signal });
          for await (const event of eventsOf(response)) {
            const latest = JSON.parse(event.data) as T;
            setProgress({ latest, ended: false, failure: null });
          }
          setProgress((before) => ({ ...before, ended: true }));
          return;
        } catch (error) {
          if (stop.signal.aborted) return;
          const failure = asProblem(error);
          setProgress((before) => ({ ...before, failure }));
          if (failure.status >= 400 && failure.status < 500) return;
          await new Promise((resolve) => setTimeout(resolve, 2000));
        }
      }
    };
    void follow();
    return () => stop.abort();
  }, [path]);
  return progress;
}
