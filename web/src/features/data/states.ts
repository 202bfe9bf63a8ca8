import { daysInWords } from '../../ui/format';
import type { Tone } from '../../ui/Status';
import type { CalendarCell, Job } from './wire';

/** Where a form stands, in a tone and a short word: what needs somebody first. */
export interface Standing {
  tone: Tone;
  text: string;
  /** The higher, the more it needs somebody. */
  urgency: number;
}

type Owed = Pick<CalendarCell, 'state' | 'timeliness' | 'days'>;

/** How a form that is owed is shown in a cell. */
export function standing({ state, timeliness, days }: Owed): Standing {
  const overdue = timeliness === 'overdue';
  if (state === 'approved') return { tone: 'good', text: '已审核', urgency: 0 };
  if (state === 'submitted') return { tone: 'info', text: '待审核', urgency: 2 };
  const late = `逾期${daysInWords(days).replaceAll(' ', '')}`;
  if (state === 'returned') return { tone: 'bad', text: overdue ? `退回·${late}` : '已退回', urgency: 6 };
  if (overdue) return { tone: 'bad', text: state === 'draft' ? `草稿·${late}` : late, urgency: 5 };
  if (state === 'draft') return { tone: 'warn', text: '草稿', urgency: 4 };
  if (timeliness === 'open') return { tone: 'warn', text: days === 0 ? '今天截止' : `还有${days}天`, urgency: 3 };
  return { tone: 'neutral', text: '未到期', urgency: 1 };
}

/** Of several periods the one that needs somebody most. */
export function worst<T extends Owed>(cells: readonly T[]): T | undefined {
  return cells.reduce<T | undefined>((found, cell) => {
    if (!found) return cell;
    const [a, b] = [standing(cell), standing(found)];
    return a.urgency > b.urgency || (a.urgency === b.urgency && cell.days > found.days) ? cell : found;
  }, undefined);
}

/** The tone of the state of a submission. */
export function stateTone(state: string): Tone {
  const tones: Record<string, Tone> = { approved: 'good', submitted: 'info', returned: 'bad', draft: 'warn' };
  return tones[state] ?? 'neutral';
}

/** Whether a job has come to its end. */
export function isOver(job: Pick<Job, 'finished_at' | 'state'>): boolean {
  return job.finished_at !== null || ['done', 'succeeded', 'failed', 'cancelled'].includes(job.state);
}

/** The tone of the state of a job. */
export function jobTone(state: string): Tone {
  if (state === 'done' || state === 'succeeded') return 'good';
  if (state === 'failed') return 'bad';
  return state === 'cancelled' || state === 'queued' ? 'neutral' : 'info';
}

/** The address of a form. */
export function formPath(form: { dataset: string; organisation: string; period: string }): string {
  return `/data/forms/${[form.dataset, form.organisation, form.period].map(encodeURIComponent).join('/')}`;
}
