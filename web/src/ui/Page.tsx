import { Breadcrumb } from 'antd';
import { type ReactNode, useEffect } from 'react';
import { Link } from 'react-router';

/** A step on the way a page was opened. */
export interface Crumb {
  title: string;
  to?: string;
}

/** A page: one question. */
export interface PageProps {
  title: string;
  /** The way here, without the page itself. */
  crumbs?: Crumb[];
  /** Verbs. */
  actions?: ReactNode;
  /** What narrows the page down. */
  filters?: ReactNode;
  children?: ReactNode;
}

/** Head and body of a page. */
export function Page({ title, crumbs, actions, filters, children }: PageProps) {
  useEffect(() => {
    document.title = `${title} · 标尺`;
  }, [title]);
  const way = (crumbs ?? []).map((crumb) => ({
    key: crumb.title,
    title: crumb.to ? <Link to={crumb.to}>{crumb.title}</Link> : crumb.title,
  }));
  return (
    <div className="bc-page">
      {way.length > 0 && (
        <nav aria-label="位置">
          <Breadcrumb items={[...way, { key: 'here', title }]} />
        </nav>
      )}
      <div className="bc-page-head">
        <h1>{title}</h1>
        {actions && <div className="bc-page-actions">{actions}</div>}
      </div>
      {filters && <div className="bc-page-filters">{filters}</div>}
      {children}
    </div>
  );
}
