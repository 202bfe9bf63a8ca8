import { Timeline } from 'antd';
import { useGet } from '../../api/client';
import { Detail } from '../../ui/Detail';
import { Empty } from '../../ui/Empty';
import { Failure } from '../../ui/Failure';
import { formatTime } from '../../ui/format';
import { Loading } from '../../ui/Loading';
import type { FormHistory } from './wire';

/** What happened to a form: each step, and what each version changed. */
export function FormHistoryDrawer({ open, path, onClose }: { open: boolean; path: string; onClose: () => void }) {
  const history = useGet<FormHistory>(open ? `${path}/history` : null, {}, { staleTime: 0 });
  const { data } = history;
  const changesOf = (version: number) =>
    data?.versions.find((one) => one.submission.version === version)?.changes ?? [];
  return (
    <Detail open={open} title="填报经过" onClose={onClose}>
      {history.error ? (
        <Failure problem={history.error} retry={() => void history.refetch()} />
      ) : !data ? (
        <Loading />
      ) : data.steps.length === 0 ? (
        <Empty title="还没有填过" hint="保存、提交、退回、审核都会记在这里。" />
      ) : (
        <>
          <Timeline
            items={data.steps.map((step) => ({
              key: `${step.version}-${step.at}-${step.step}`,
              content: (
                <>
                  <strong>
                    {step.step_text} · 第 {step.version} 版
                  </strong>{' '}
                  <span className="bc-quiet">
                    {step.actor} {formatTime(step.at)}
                  </span>
                  {step.comment && <p>{step.comment}</p>}
                </>
              ),
            }))}
          />
          {data.versions
            .filter((one) => one.submission.version > 1)
            .map(({ submission }) => (
              <section key={submission.version} aria-label={`第 ${submission.version} 版的改动`}>
                <h3>第 {submission.version} 版改了什么</h3>
                {changesOf(submission.version).length === 0 ? (
                  <p className="bc-quiet">数值没有改动</p>
                ) : (
                  <table className="bc-table">
                    <thead>
                      <tr>
                        <th scope="col">项目</th>
                        <th scope="col" className="bc-right">
                          原来
                        </th>
                        <th scope="col" className="bc-right">
                          现在
                        </th>
                      </tr>
                    </thead>
                    <tbody>
                      {changesOf(submission.version).map((change) => (
                        <tr key={`${change.breakdown}/${change.field}`}>
                          <td>{change.breakdown ? `${change.breakdown} · ${change.title}` : change.title}</td>
                          <td className="bc-right">{change.before ?? '—'}</td>
                          <td className="bc-right">{change.after ?? '—'}</td>
                        </tr>
                      ))}
                    </tbody>
                  </table>
                )}
              </section>
            ))}
        </>
      )}
    </Detail>
  );
}
