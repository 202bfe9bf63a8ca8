import type { ReactNode } from 'react';
import { Brand } from './Brand';

/** A page without menu: signing in, setting up, changing the password. */
export function Alone({ children, wide }: { children: ReactNode; wide?: boolean }) {
  return (
    <main className={`bc-alone${wide ? ' bc-alone-wide' : ''}`}>
      <div className="bc-alone-brand">
        <Brand />
        <p className="bc-quiet">病案首页质控 · DRG 分组 · 指标 · 方案 · 考核</p>
      </div>
      {children}
    </main>
  );
}
