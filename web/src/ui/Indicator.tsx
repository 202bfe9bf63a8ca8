import { Tooltip } from 'antd';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { Status, type Tone } from './Status';

/** An indicator as it is named everywhere. */
export interface IndicatorProps {
  id: string;
  title: string;
  /** Definition or source, on hover. */
  hint?: ReactNode;
  status?: { tone: Tone; text: string };
  /** Where it is opened; its page when not given. */
  to?: string;
}

/** The chip of an indicator: opens its page. */
export function Indicator({ id, title, hint, status, to }: IndicatorProps) {
  return (
    <span className="bc-indicator">
      <Tooltip title={hint}>
        <Link to={to ?? `/indicators/${encodeURIComponent(id)}`}>{title}</Link>
      </Tooltip>
      {status && <Status tone={status.tone} text={status.text} />}
    </span>
  );
}
