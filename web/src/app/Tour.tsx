import { Tour, type TourProps } from 'antd';
import { useEffect, useState } from 'react';
import { jobsOf } from './jobs';
import { useMe } from './me';
import { stepsFor } from './tours';

function place(target: string): HTMLElement | null {
  const found = document.querySelector<HTMLElement>(`[data-tour="${target}"]`);
  // On a phone the menu is in a drawer: a step without its place stands in the middle.
  return found && found.offsetParent !== null ? found : null;
}

/** The guided tour of the demo: on the first visit of each person, and when it is asked for. */
export function DemoTour({ asked }: { asked: number }) {
  const me = useMe();
  const key = `biaochi/tour/${me.name}`;
  const [open, setOpen] = useState(() => localStorage.getItem(key) === null);
  const [step, setStep] = useState(0);
  useEffect(() => {
    if (asked === 0) return;
    setStep(0);
    setOpen(true);
  }, [asked]);
  const steps: TourProps['steps'] = stepsFor(me, jobsOf(me)).map(({ target, title, text }) => ({
    title,
    description: text,
    target: () => place(target) as HTMLElement,
    nextButtonProps: { children: '下一步' },
    prevButtonProps: { children: '上一步' },
  }));
  const last = steps.at(-1);
  if (last) last.nextButtonProps = { children: '开始使用' };
  const close = () => {
    localStorage.setItem(key, 'seen');
    setOpen(false);
  };
  return <Tour open={open} current={step} onChange={setStep} onClose={close} onFinish={close} steps={steps} />;
}
