import { Menu, type MenuProps } from 'antd';
import { useMemo, useState } from 'react';
import { Link, useLocation } from 'react-router';
import type { MenuEntry } from './features';
import { entryOf, type OpenJob } from './jobs';

type Item = NonNullable<MenuProps['items']>[number];

function linkTo(entry: MenuEntry) {
  return (
    <Link to={entry.path} title={entry.hint}>
      {entry.title}
    </Link>
  );
}

function itemOf(job: OpenJob): Item {
  const [first] = job.entries;
  if (first && job.entries.length === 1) {
    return { key: first.path, icon: job.icon, label: <Link to={first.path}>{job.title}</Link> };
  }
  return {
    key: `job:${job.path}`,
    icon: job.icon,
    label: job.title,
    children: job.entries.map((entry) => ({ key: entry.path, label: linkTo(entry) })),
  };
}

/** The jobs of the person. One with several pages opens; the one that is in use is open. */
export function JobMenu({ jobs }: { jobs: readonly OpenJob[] }) {
  const { pathname } = useLocation();
  const here = entryOf(jobs, pathname);
  const items = useMemo(() => jobs.map(itemOf), [jobs]);
  const [opened, setOpened] = useState<string[]>([]);
  const current = here ? `job:${here.job.path}` : '';
  const [before, setBefore] = useState(current);
  if (current !== before) {
    setBefore(current);
    if (current && !opened.includes(current)) setOpened([...opened, current]);
  }
  const [first] = useState(current);
  const open = opened.length === 0 && first ? [first] : opened;
  return (
    <Menu
      mode="inline"
      inlineIndent={20}
      items={items}
      selectedKeys={here ? [here.entry.path] : []}
      openKeys={open}
      onOpenChange={(keys) => setOpened(keys.length === 0 ? ['none'] : keys)}
    />
  );
}
