/** Where to go after signing in: a path of our own, never another site. */
export function nextOf(search: string): string {
  const next = new URLSearchParams(search).get('next');
  if (!next?.startsWith('/') || /^\/[/\\]/.test(next) || next.startsWith('/sign-in')) return '/';
  return next;
}
