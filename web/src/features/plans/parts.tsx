import { Link } from 'react-router';
import { Status } from '../../ui/Status';
import { inOrder, toneOf } from './status';
import type { StatusCount } from './wire';

/** Counts of statuses, each a link to what it counts. */
export function Tally({ tally, to }: { tally: readonly StatusCount[]; to: (status: string) => string }) {
  if (tally.length === 0) return <span className="bc-quiet">没有针对所选机构的目标</span>;
  return (
    <span className="plans-tally">
      {inOrder(tally).map((one) => (
        <Link key={one.status} to={to(one.status)}>
          <Status tone={toneOf(one.status)} text={`${one.status_text} ${one.count}`} />
        </Link>
      ))}
    </span>
  );
}
