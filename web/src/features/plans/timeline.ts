import type { TaskLine } from './wire';

/** A bar of the timeline, in shares of its width. */
export interface TimeBar {
  task: TaskLine;
  from: number;
  to: number;
}

const DAY = 86_400_000;

/** The days of a timeline: the first and the last of all tasks with today among them. */
export function spanOf(tasks: readonly TaskLine[], today: string): [number, number] {
  const days = [today, ...tasks.flatMap((task) => [task.start, task.due])].filter((day) => day !== null);
  const times = days.map((day) => Date.parse(day));
  const [first, last] = [Math.min(...times), Math.max(...times)];
  return [first, Math.max(last, first + 30 * DAY)];
}

/** Tasks with a last day as bars; those that name no first day begin a month before. */
export function barsOf(tasks: readonly TaskLine[], [first, last]: [number, number]): TimeBar[] {
  const share = (time: number) => Math.max(0, Math.min(1, (time - first) / (last - first)));
  return tasks.flatMap((task) => {
    if (!task.due) return [];
    const due = Date.parse(task.due);
    const start = task.start ? Date.parse(task.start) : due - 30 * DAY;
    return [{ task, from: share(start), to: share(due) }];
  });
}
