import type { ReactNode } from 'react';

/** What may be wider than its place. The arrow keys move it, unless fields inside take the focus anyway. */
export function Scrolled({ label, fields, children }: { label: string; fields?: boolean; children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: what scrolls is no set of fields
    <div role="group" aria-label={label} className="bc-scroll" tabIndex={fields ? undefined : 0}>
      {children}
    </div>
  );
}
