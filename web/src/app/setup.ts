/** The code of the link. It stands behind `#`, which browsers keep to themselves: no server or proxy logs it. */
export function codeOf(hash: string): string {
  try {
    return decodeURIComponent(hash.replace(/^#/, ''))
      .replace(/^code=/, '')
      .trim();
  } catch {
    return '';
  }
}
