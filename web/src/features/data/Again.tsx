import { App, Button } from 'antd';
import { useMe } from '../../app/me';
import { formatFigure } from '../../ui/format';
import { fewerRecords } from './fewer';
import type { Job } from './wire';
import './data.css';

/** What is changed when a job is tried again. */
export interface How {
  allow_fewer?: boolean;
  mode?: string;
}

interface AgainProps {
  job: Job;
  busy: boolean;
  retry: (how: How) => Promise<unknown>;
}

/** The ways to try a job again that has failed or was cancelled. An import that would leave a month with far fewer records
 * asks what is meant. */
export function Again({ job, busy, retry }: AgainProps) {
  const { modal } = App.useApp();
  const me = useMe();
  if (job.state !== 'failed' && job.state !== 'cancelled') return null;
  const fewer = fewerRecords(job);
  if (fewer.length === 0)
    return (
      <Button size="small" loading={busy} onClick={() => void retry({})}>
        重试
      </Button>
    );
  const nameOf = (code: string) => me.organisations.find((one) => one.code === code)?.name ?? `机构 ${code}`;
  const confirm = () =>
    modal.confirm({
      title: '确认整月替换',
      content: (
        <>
          <p>下面这些月份的原有病案将整月换成文件里的病案，文件里没有的会被移除：</p>
          <ul className="bc-job-months">
            {fewer.map(({ organisation, month, before, after }) => (
              <li key={`${organisation}/${month}`}>
                {nameOf(organisation)} · {month}：现有 {formatFigure(String(before), 'plain')} 份，文件里{' '}
                {formatFigure(String(after), 'plain')} 份
              </li>
            ))}
          </ul>
          <p>文件只是这个月的一部分时，请取消后选“按更正导入”。</p>
        </>
      ),
      okText: '确认替换',
      okButtonProps: { danger: true },
      cancelText: '取消',
      onOk: () => retry({ allow_fewer: true }),
    });
  return (
    <>
      <Button
        size="small"
        type="primary"
        loading={busy}
        title="只补充和替换文件里有的病案，其余不动"
        onClick={() => void retry({ mode: 'correction' })}
      >
        按更正导入
      </Button>
      <Button size="small" danger disabled={busy} onClick={confirm}>
        确认替换
      </Button>
    </>
  );
}
