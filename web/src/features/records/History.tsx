import { Empty } from '../../ui/Empty';
import { Scrolled } from '../../ui/Scrolled';
import type { RecordView } from './wire';

/** What was corrected and what became of its items, the newest first. */
export function History({ record }: { record: RecordView }) {
  return (
    <div className="rf-history">
      {record.corrections.length === 0 && (
        <Empty title="没有更正过" hint={`与交来的文件相同：${record.source.file} 第 ${record.source.row} 行`} />
      )}
      {record.corrections.map((one) => (
        <section key={one.version} aria-label={`第 ${one.version} 版`}>
          <h3>
            第 {one.version} 版 <span className="bc-quiet">{`${one.actor} · ${one.at}`}</span>
          </h3>
          <p>理由：{one.reason || '—'}</p>
          <Scrolled label={`第 ${one.version} 版的更正`}>
            <table className="rf-table">
              <thead>
                <tr>
                  <th scope="col">字段</th>
                  <th scope="col">原值</th>
                  <th scope="col">更正后</th>
                </tr>
              </thead>
              <tbody>
                {one.changes.map((change) => (
                  <tr key={`${change.field}/${change.index}`}>
                    <th scope="row">{change.name}</th>
                    <td>{change.before || '（空）'}</td>
                    <td>{change.after || '（空）'}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </Scrolled>
        </section>
      ))}
      {record.worklist.length > 0 && (
        <section aria-label="工作清单中的条目">
          <h3>工作清单中的条目</h3>
          <ul className="rf-plain">
            {record.worklist.map((item) => (
              <li key={item.id}>
                {item.check} {item.message} · {item.state_text}
                {item.assignee ? ` · ${item.assignee}` : ''}
                {item.reason ? ` · ${item.reason}` : ''} · {item.updated_at}
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}
