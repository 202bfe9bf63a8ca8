import { useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import { useNavigate } from 'react-router';
import { del, ME, post } from '../api/client';
import type { Me } from './wire';

/** What somebody signs in with. */
export interface SignInBody {
  name: string;
  password: string;
  code?: string;
}

/** Signing in, out and as somebody else. Nothing that one person read stays for the next. */
export function useSession() {
  const client = useQueryClient();
  const navigate = useNavigate();
  const signIn = useCallback(
    async (body: SignInBody, next: string) => {
      const me = await post<Me>('/session', body);
      client.clear();
      client.setQueryData([ME[0], {}, ''], me);
      await navigate(next, { replace: true });
    },
    [client, navigate],
  );
  const signOut = useCallback(async () => {
    await del('/session');
    await navigate('/sign-in', { replace: true });
    client.clear();
  }, [client, navigate]);
  return { signIn, signOut };
}
