import {
  CheckCircleFilled,
  CloseCircleFilled,
  ExclamationCircleFilled,
  InfoCircleFilled,
  MinusCircleOutlined,
} from '@ant-design/icons';

/** What a status means, in one of five tones. */
export type Tone = 'good' | 'warn' | 'bad' | 'info' | 'neutral';

const ICONS = {
  good: <CheckCircleFilled />,
  warn: <ExclamationCircleFilled />,
  bad: <CloseCircleFilled />,
  info: <InfoCircleFilled />,
  neutral: <MinusCircleOutlined />,
} as const;

/** A status: icon, word and colour together. */
export function Status({ tone, text }: { tone: Tone; text: string }) {
  return (
    <span className={`bc-status bc-${tone}`}>
      <span aria-hidden="true">{ICONS[tone]}</span>
      {text}
    </span>
  );
}
