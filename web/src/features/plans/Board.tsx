import { Modal } from 'antd';
import { type KeyboardEvent, useState } from 'react';
import { Status } from '../../ui/Status';
import { StepForm } from './StepForm';
import { STATES, stepBetween, urgencyTone } from './status';
import type { TaskLine } from './wire';

/** Tasks in columns by state. A card is moved with the pointer, or with Ctrl and the arrows. */
export function Board({ tasks, onOpen }: { tasks: readonly TaskLine[]; onOpen: (id: string) => void }) {
  const [move, setMove] = useState<{ task: TaskLine; step: string } | null>(null);
  const [said, setSaid] = useState('');
  const ask = (task: TaskLine, to: string) => {
    const step = stepBetween(task.state, to);
    const title = STATES.find((one) => one.state === to)?.title ?? to;
    if (step) setMove({ task, step });
    else if (task.state !== to) setSaid(`“${task.title}”不能从“${task.state_text}”直接到“${title}”`);
  };
  const pressed = (event: KeyboardEvent, task: TaskLine) => {
    if (!event.ctrlKey || (event.key !== 'ArrowRight' && event.key !== 'ArrowLeft')) return;
    event.preventDefault();
    const place = STATES.findIndex((one) => one.state === task.state);
    const next = STATES[place + (event.key === 'ArrowRight' ? 1 : -1)];
    if (next) ask(task, next.state);
  };
  return (
    <>
      <p className="bc-quiet">拖动卡片，或选中后按 Ctrl＋←、Ctrl＋→ 移到相邻的一列；移动时填写这一步要写明的内容。</p>
      <p role="status">{said}</p>
      <div className="plans-board">
        {STATES.map(({ state, title }) => {
          const own = tasks.filter((task) => task.state === state);
          return (
            <section
              key={state}
              className="plans-column"
              aria-label={title}
              onDragOver={(event) => event.preventDefault()}
              onDrop={(event) => {
                const task = tasks.find((one) => one.id === event.dataTransfer.getData('text/plain'));
                if (task) ask(task, state);
              }}
            >
              <h2>
                {title} {own.length}
              </h2>
              {own.map((task) => (
                <button
                  key={task.id}
                  type="button"
                  className="plans-card"
                  draggable
                  onDragStart={(event) => event.dataTransfer.setData('text/plain', task.id)}
                  onKeyDown={(event) => pressed(event, task)}
                  onClick={() => onOpen(task.id)}
                >
                  <strong>{task.title}</strong>
                  <div className="bc-quiet">
                    {[task.organisation_name, task.department, task.assignee].filter(Boolean).join(' ')}
                  </div>
                  <div>
                    {task.due ?? '未定期限'}{' '}
                    {task.urgency_text && <Status tone={urgencyTone(task)} text={task.urgency_text} />}
                  </div>
                </button>
              ))}
            </section>
          );
        })}
      </div>
      <Modal open={move !== null} title={move?.task.title} footer={null} onCancel={() => setMove(null)} destroyOnHidden>
        {move && <StepForm task={move.task} step={move.step} milestones={[]} onDone={() => setMove(null)} />}
      </Modal>
    </>
  );
}
