import { useGet } from '../../api/client';
import { Failure } from '../../ui/Failure';
import { type FigureKind, formatFigure, unitOf } from '../../ui/format';
import { Loading } from '../../ui/Loading';
import { Status, type Tone } from '../../ui/Status';
import type { Here } from './links';
import type { CockpitTile, TileFigure, TileId } from './wire';

const TONES: readonly string[] = ['good', 'warn', 'bad', 'info', 'neutral'];

/** The tone of a tile or row. */
export function toneOf(tone: string): Tone {
  return TONES.includes(tone) ? (tone as Tone) : 'neutral';
}

/** A figure as it is read aloud: large sums in 万元. */
export function figureWords(figure: TileFigure): { number: string; unit: string } {
  const kind = figure.kind as FigureKind;
  const large = kind === 'money' && Math.abs(Number(figure.value)) >= 100_000;
  const unit = large ? '万元' : figure.unit;
  return { number: formatFigure(figure.value, kind, { unit }), unit: unit || unitOf(kind) };
}

/** The answer to one question, asked for by itself. */
export function useTile(id: TileId, here: Here) {
  return useGet<CockpitTile>(
    here.organisation ? `/cockpit/${id}` : null,
    { ...here },
    { placeholderData: (before) => before },
  );
}

interface TileProps {
  id: TileId;
  here: Here;
  open: boolean;
  onOpen: () => void;
}

/** A tile: a large number, its status and one sentence. It opens below. */
export function Tile({ id, here, open, onOpen }: TileProps) {
  const { data: tile, error, refetch } = useTile(id, here);
  if (error) {
    return (
      <div className="cockpit-tile">
        <Failure problem={error} retry={() => void refetch()} />
      </div>
    );
  }
  if (!tile) {
    return (
      <div className="cockpit-tile">
        <Loading rows={3} />
      </div>
    );
  }
  const figure = tile.figure && figureWords(tile.figure);
  return (
    <button type="button" className="cockpit-tile" aria-expanded={open} onClick={onOpen}>
      <span className="cockpit-tile-head">
        <span className="cockpit-tile-title">{tile.title}</span>
        <Status tone={toneOf(tile.tone)} text={tile.status} />
      </span>
      {figure && tile.figure && (
        <span>
          <span className="cockpit-tile-figure">{figure.number}</span>
          <span className="cockpit-tile-note bc-quiet">
            {' '}
            {figure.unit} {tile.figure.title}
            {tile.figure.note && `，${tile.figure.note}`}
          </span>
        </span>
      )}
      <span className="cockpit-tile-says">{tile.says}</span>
    </button>
  );
}
