import { Tooltip } from 'antd';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { type FigureKind, formatFigure, unitOf } from './format';

/** A figure as it is shown everywhere. */
export interface FigureProps {
  value: string | number | null | undefined;
  kind?: FigureKind;
  /** Written behind it; percent and points have theirs. */
  unit?: string;
  /** Where it is opened: what it is made of. */
  to?: string;
  /** Definition, source, version, time. */
  hint?: ReactNode;
  /** Too few to be shown. */
  suppressed?: boolean;
  /** It may still change. */
  provisional?: boolean;
  decimals?: number;
  signed?: boolean;
}

/** A figure: tabular, with its unit, opens what it is made of. */
export function Figure(props: FigureProps) {
  const { value, kind = 'plain', unit, to, hint, suppressed, provisional, decimals, signed } = props;
  const text = suppressed ? '<5' : formatFigure(value, kind, { unit, decimals, signed });
  const shownUnit = unit ?? unitOf(kind);
  const body = (
    <>
      {text}
      {shownUnit && text !== '—' && <span className="bc-unit">{shownUnit}</span>}
      {provisional && text !== '—' && <span className="bc-provisional">初步</span>}
    </>
  );
  const figure = to ? (
    <Link to={to} className="bc-figure">
      {body}
    </Link>
  ) : (
    <span className="bc-figure">{body}</span>
  );
  const told = suppressed ? (hint ?? '例数过少，为保护个人信息不显示') : hint;
  return told ? <Tooltip title={told}>{figure}</Tooltip> : figure;
}
