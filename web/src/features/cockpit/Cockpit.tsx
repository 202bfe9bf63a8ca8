import { Grid } from 'antd';
import { Fragment } from 'react';
import { useGet } from '../../api/client';
import { useSelection, useUrlState } from '../../app/selection';
import { Empty } from '../../ui/Empty';
import { Failure } from '../../ui/Failure';
import { formatPeriod } from '../../ui/format';
import { Loading } from '../../ui/Loading';
import { Page } from '../../ui/Page';
import './cockpit.css';
import { Opened } from './Opened';
import { Tile, useTile } from './Tile';
import type { CockpitForm } from './wire';

/** What somebody has to know this morning: five tiles, what waits for them, and for a region its hospitals. */
export default function Cockpit() {
  const { organisation, period } = useSelection();
  const here = { organisation, period };
  const [open, setOpen] = useUrlState<string>('tile', '');
  const isNarrow = !Grid.useBreakpoint().md;
  const waiting = useTile('todo', here).data?.total ?? 0;
  const form = useGet<CockpitForm>(organisation ? '/cockpit' : null, { ...here });
  const title = `驾驶舱 ${formatPeriod(period)}`;
  if (!organisation) {
    return (
      <Page title={title}>
        <Empty title="您还没有所属单位" hint="请管理员给您分派角色和单位，分派后这里显示您该知道的事" />
      </Page>
    );
  }
  if (form.error) {
    return (
      <Page title={title}>
        <Failure problem={form.error} retry={() => void form.refetch()} />
      </Page>
    );
  }
  if (!form.data) {
    return (
      <Page title={title}>
        <Loading rows={8} />
      </Page>
    );
  }
  const tiles = form.data.tiles;
  const shown = tiles.find((tile) => tile === open) ?? (waiting > 0 && tiles.includes('todo') ? 'todo' : tiles[0]);
  return (
    <Page title={title}>
      <div className={tiles.length > 6 ? 'cockpit-tiles cockpit-tiles-many' : 'cockpit-tiles'}>
        {tiles.map((tile) => (
          <Fragment key={tile}>
            <Tile id={tile} here={here} open={tile === shown} onOpen={() => setOpen(tile)} />
            {/* On a phone what a tile says further stands right under it. */}
            {isNarrow && tile === shown && <Opened id={tile} here={here} />}
          </Fragment>
        ))}
      </div>
      {shown && !isNarrow && <Opened id={shown} here={here} />}
    </Page>
  );
}
