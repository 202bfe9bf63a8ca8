import { Skeleton } from 'antd';
import { useEffect, useState } from 'react';

/** A quiet skeleton. What comes within a tenth of a second comes without one. */
export function Loading({ rows = 6 }: { rows?: number }) {
  const [late, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), 120);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div role="status" aria-label="正在读取" className="bc-loading">
      {late && <Skeleton active title={false} paragraph={{ rows }} />}
    </div>
  );
}
