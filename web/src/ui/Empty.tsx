import { InboxOutlined } from '@ant-design/icons';
import type { ReactNode } from 'react';

/** A page or list with nothing in it: says what will appear here and how to get it there. */
export function Empty({ title, hint, action }: { title: string; hint?: ReactNode; action?: ReactNode }) {
  return (
    <div className="bc-empty" role="status">
      <InboxOutlined aria-hidden="true" className="bc-empty-icon" />
      <p className="bc-empty-title">{title}</p>
      {hint && <p className="bc-quiet">{hint}</p>}
      {action}
    </div>
  );
}
