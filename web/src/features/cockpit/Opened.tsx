import { Space } from 'antd';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { useMe } from '../../app/me';
import { Chart } from '../../charts/Chart';
import { Status } from '../../ui/Status';
import { seriesOption, seriesSummary } from './charts';
import { addressOf, type Here, mayOpen } from './links';
import { figureWords, toneOf, useTile } from './Tile';
import type { TileId, TileLink } from './wire';

/** A link to the page behind a tile; plain words for whom that page is closed. */
function Behind({ link, here, children }: { link: TileLink; here: Here; children: ReactNode }) {
  return mayOpen(useMe(), link) ? <Link to={addressOf(link, here)}>{children}</Link> : <strong>{children}</strong>;
}

/** What stands behind a tile: one sentence, one chart, one owner, and where to go on. */
export function Opened({ id, here }: { id: TileId; here: Here }) {
  const me = useMe();
  const { data: tile } = useTile(id, here);
  if (!tile) return null;
  const more = tile.total - tile.rows.length;
  return (
    <section className="cockpit-open" aria-label={tile.title}>
      <h2>{tile.title}</h2>
      <p className="cockpit-open-says">{tile.says}</p>
      <Space wrap size={[24, 4]}>
        <Status tone={toneOf(tile.tone)} text={tile.status} />
        {tile.owner && <span>责任：{tile.owner}</span>}
        {mayOpen(me, tile.link) && <Link to={addressOf(tile.link, here)}>查看全部</Link>}
      </Space>
      {tile.facts.length > 0 && (
        <p className="cockpit-facts">
          {tile.facts.map((fact) => {
            const { number, unit } = figureWords(fact);
            const text = `${number} ${unit}`.trim();
            return (
              <span key={fact.title}>
                {fact.title}{' '}
                {fact.link ? (
                  <Behind link={fact.link} here={here}>
                    {text}
                  </Behind>
                ) : (
                  <strong>{text}</strong>
                )}
                {fact.note && <span className="bc-quiet">（{fact.note}）</span>}
              </span>
            );
          })}
        </p>
      )}
      {tile.series?.points.some((point) => point.value !== null) && (
        <Chart
          title={tile.series.title}
          option={seriesOption(tile.series)}
          height={tile.series.shape === 'bars' ? Math.max(160, tile.series.points.length * 28 + 32) : 220}
          summary={seriesSummary(tile.series)}
        />
      )}
      {tile.rows.length > 0 && (
        <ul className="cockpit-rows">
          {tile.rows.map((row) => (
            <li key={`${row.title}/${row.link.id ?? ''}/${row.detail}`}>
              <span className="cockpit-row-main">
                <Behind link={row.link} here={here}>
                  {row.title}
                </Behind>
                <span className="bc-quiet"> {row.detail}</span>
              </span>
              {row.owner && <span>责任：{row.owner}</span>}
              {row.due && <span>期限 {row.due}</span>}
              <Status tone={toneOf(row.tone)} text={row.status} />
            </li>
          ))}
        </ul>
      )}
      {more > 0 && tile.rows.length > 0 && mayOpen(me, tile.link) && (
        <p>
          <Link to={addressOf(tile.link, here)}>另有 {more} 项</Link>
        </p>
      )}
    </section>
  );
}
