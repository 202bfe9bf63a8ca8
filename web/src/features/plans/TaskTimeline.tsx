import { Empty } from '../../ui/Empty';
import { barsOf, spanOf } from './timeline';
import type { TaskLine } from './wire';

const ROW = 26;
const NAMES = 320;
const WIDTH = 640;

/** Tasks from their first to their last day, with today as a line. */
export function TaskTimeline({ tasks, onOpen }: { tasks: readonly TaskLine[]; onOpen: (id: string) => void }) {
  const today = new Date().toISOString().slice(0, 10);
  const span = spanOf(tasks, today);
  const bars = barsOf(tasks, span);
  const undated = tasks.length - bars.length;
  if (bars.length === 0) return <Empty title="没有写明期限的任务" hint="给任务调整期限后，会出现在时间线上。" />;
  const now = NAMES + ((Date.parse(today) - span[0]) / (span[1] - span[0])) * WIDTH;
  const height = bars.length * ROW + 30;
  return (
    <section className="plans-timeline" aria-label="任务时间线">
      <svg width={NAMES + WIDTH + 90} height={height}>
        <title>任务从开始到期限，竖线为今天</title>
        <line x1={now} x2={now} y1={18} y2={height} stroke="currentColor" strokeDasharray="3 3" />
        <text x={now + 4} y={14}>
          今天 {today}
        </text>
        {bars.map(({ task, from, to }, place) => {
          const y = place * ROW + 26;
          return (
            // biome-ignore lint/a11y/useSemanticElements: a button cannot stand in a drawing
            <g
              key={task.id}
              role="button"
              tabIndex={0}
              aria-label={`${task.title}，${task.state_text}，${task.due}`}
              style={{ cursor: 'pointer' }}
              onClick={() => onOpen(task.id)}
              onKeyDown={(event) => {
                if (event.key === 'Enter' || event.key === ' ') onOpen(task.id);
              }}
            >
              <text x={0} y={y + 12}>
                {task.title.length > 22 ? `${task.title.slice(0, 22)}…` : task.title}
              </text>
              <rect
                x={NAMES + from * WIDTH}
                y={y}
                width={Math.max((to - from) * WIDTH, 4)}
                height={14}
                rx={3}
                fill="currentColor"
                opacity={task.state === 'accepted' ? 0.25 : 0.5}
              />
              <text x={NAMES + to * WIDTH + 6} y={y + 12}>
                {task.urgency_text || task.state_text}
              </text>
            </g>
          );
        })}
      </svg>
      {undated > 0 && <p className="bc-quiet">另有 {undated} 项没有期限，不在时间线上。</p>}
    </section>
  );
}
