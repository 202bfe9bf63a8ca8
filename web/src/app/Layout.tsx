import { MenuOutlined } from '@ant-design/icons';
import { Button, Drawer } from 'antd';
import { Suspense, useEffect, useMemo, useRef, useState } from 'react';
import { Outlet, useLocation } from 'react-router';
import { useKeys } from '../ui/keys';
import { Loading } from '../ui/Loading';
import { Brand } from './Brand';
import { Documents } from './documents';
import { Forbidden } from './Forbidden';
import { JobMenu } from './JobMenu';
import { closedEntry, jobsOf } from './jobs';
import { KeysOverlay } from './KeysOverlay';
import { useMe } from './me';
import { OrganisationPicker } from './OrganisationPicker';
import { PeriodPicker } from './PeriodPicker';
import { PersonSwitcher } from './PersonSwitcher';
import { useSelectionInUrl } from './selection';
import { DemoTour } from './Tour';
import { UserMenu } from './UserMenu';

/** Menu on the left, organisation and period on top, the page in the middle. */
export function Layout() {
  const me = useMe();
  const { pathname } = useLocation();
  const jobs = useMemo(() => jobsOf(me), [me]);
  const closed = useMemo(() => closedEntry(me, pathname), [me, pathname]);
  const [menuOpen, setMenuOpen] = useState(false);
  const [keysOpen, setKeysOpen] = useState(false);
  const [tour, setTour] = useState(0);
  const main = useRef<HTMLElement>(null);
  useSelectionInUrl();
  useKeys({ '?': () => setKeysOpen(true) }, { '?': '显示本页的快捷键' });
  // biome-ignore lint/correctness/useExhaustiveDependencies: another page is what closes the menu and begins at its top
  useEffect(() => {
    setMenuOpen(false);
    main.current?.scrollTo(0, 0);
  }, [pathname]);
  return (
    <div className="bc-shell">
      <a className="bc-skip" href="#main">
        跳到正文
      </a>
      <header className="bc-header">
        <Button
          className="bc-menu-button"
          type="text"
          icon={<MenuOutlined />}
          aria-label="打开菜单"
          onClick={() => setMenuOpen(true)}
        />
        <Brand />
        <div className="bc-pickers" data-tour="pickers">
          <OrganisationPicker />
          <PeriodPicker />
        </div>
        <div className="bc-header-end">
          {me.demo && <PersonSwitcher />}
          <Documents />
          <UserMenu onKeys={() => setKeysOpen(true)} onTour={() => setTour((count) => count + 1)} />
        </div>
      </header>
      <div className="bc-body">
        <nav className="bc-sider" aria-label="功能" data-tour="menu">
          <JobMenu jobs={jobs} />
        </nav>
        <main id="main" ref={main} tabIndex={-1} className="bc-main">
          {closed ? (
            <Forbidden title={closed.title} />
          ) : (
            <Suspense fallback={<Loading />}>
              <Outlet />
            </Suspense>
          )}
        </main>
      </div>
      <Drawer
        open={menuOpen}
        onClose={() => setMenuOpen(false)}
        placement="left"
        size={264}
        title={<Brand />}
        styles={{ body: { padding: '8px 0' } }}
      >
        <nav aria-label="功能">
          <JobMenu jobs={jobs} />
        </nav>
      </Drawer>
      <KeysOverlay open={keysOpen} onClose={() => setKeysOpen(false)} />
      {me.demo && <DemoTour asked={tour} />}
    </div>
  );
}
