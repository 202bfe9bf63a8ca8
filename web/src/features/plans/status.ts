import type { Tone } from '../../ui/Status';
import type { StatusCount, TargetStatusBody, TaskLine } from './wire';

/** The tone of a status; the word stands beside it always. */
export function toneOf(status: string): Tone {
  switch (status) {
    case 'met':
    case 'done':
      return 'good';
    case 'on_course':
    case 'pending':
      return 'info';
    case 'at_risk':
      return 'warn';
    case 'off_course':
    case 'overdue':
      return 'bad';
    default:
      return 'neutral';
  }
}

/** Statuses in the order in which they want to be looked at. */
export const STATUSES: readonly string[] = [
  'off_course',
  'overdue',
  'at_risk',
  'needs_decision',
  'no_data',
  'no_date',
  'on_course',
  'pending',
  'met',
  'done',
];

/** How pressing a status is, the most pressing first. */
export function rankOf(status: string): number {
  const place = STATUSES.indexOf(status);
  return place < 0 ? STATUSES.length : place;
}

/** The counts in the order of their urgency. */
export function inOrder(tally: readonly StatusCount[]): StatusCount[] {
  return [...tally].sort((one, other) => rankOf(one.status) - rankOf(other.status));
}

/** Targets of some statuses; none named means all. The most pressing first. */
export function shownTargets(targets: readonly TargetStatusBody[], status: string, words: string): TargetStatusBody[] {
  const wanted = status.split(',').filter(Boolean);
  const word = words.trim().toLowerCase();
  const found = targets.filter((one) => {
    const text = `${one.target.id} ${one.target.title} ${one.target.citation}`.toLowerCase();
    return (wanted.length === 0 || wanted.includes(one.status)) && (word === '' || text.includes(word));
  });
  return found.sort((one, other) => rankOf(one.status) - rankOf(other.status));
}

/** The tone of a task's deadline. */
export function urgencyTone(task: Pick<TaskLine, 'urgency'>): Tone {
  if (task.urgency === 'overdue') return 'bad';
  if (task.urgency === 'soon') return 'warn';
  return task.urgency === 'done' ? 'good' : 'neutral';
}

/** The tone of a task's state. */
export function stateTone(state: string): Tone {
  if (state === 'accepted') return 'good';
  if (state === 'submitted') return 'info';
  return state === 'correcting' ? 'warn' : 'neutral';
}

/** States of tasks in their order, as columns of the board. */
export const STATES: readonly { state: string; title: string }[] = [
  { state: 'open', title: '待分派' },
  { state: 'assigned', title: '办理中' },
  { state: 'submitted', title: '待验收' },
  { state: 'correcting', title: '整改中' },
  { state: 'accepted', title: '已验收' },
];

/** The step that brings a task from one column of the board into another; `null` where there is none. */
export function stepBetween(from: string, to: string): string | null {
  if (from === to) return null;
  const steps: Record<string, Record<string, string>> = {
    open: { assigned: 'assign', submitted: 'submit' },
    assigned: { submitted: 'submit' },
    submitted: { accepted: 'accept', correcting: 'correct' },
    correcting: { submitted: 'submit' },
    accepted: { correcting: 'correct' },
  };
  return steps[from]?.[to] ?? null;
}
