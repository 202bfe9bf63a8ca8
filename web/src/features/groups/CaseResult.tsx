import { Alert, Button, Collapse } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import { type Column, DataTable } from '../../ui/DataTable';
import { Figure } from '../../ui/Figure';
import { groupText } from '../../ui/format';
import { Status } from '../../ui/Status';
import type { Calculated, CalculatedChange, CalculatedStep } from './wire';
import { folded, outcomeOf } from './words';

/** What a code is of; that of a category begins with it. */
const LEVELS: Record<string, string> = { adrg: 'ADRG ', drg: 'DRG ' };

/** The group of a case, the way to it, what counted, and what would change it. */
export function CaseResult({ result, stale }: { result: Calculated; stale: boolean }) {
  const grouped = result.status === 'grouped';
  const { steps, rest } = folded(result.path);
  const columns: Column<CalculatedChange>[] = [
    { key: 'kind_text', title: '变化', value: (row) => row.kind_text },
    { key: 'code', title: '编码', value: (row) => row.code },
    { key: 'drg', title: '病组', value: (row) => groupText(row.drg) },
    { key: 'title', title: '名称', value: (row) => row.title },
    { key: 'status_text', title: '结果', value: (row) => row.status_text },
    {
      key: 'weight_difference',
      title: '权重差',
      align: 'right',
      value: (row) => row.weight_difference,
      render: (row) => <Figure value={row.weight_difference} kind="weight" signed />,
    },
  ];
  return (
    <div className={stale ? 'bc-stale' : ''}>
      {result.warning && <Alert type="warning" showIcon title={result.warning} />}
      <p className="bc-result">
        {grouped ? (
          <Link to={`/groups/${encodeURIComponent(result.drg.code)}`}>
            {result.drg.code} {result.drg.title}
          </Link>
        ) : (
          outcomeOf(result)
        )}
      </p>
      <p>
        <Status
          tone={grouped ? 'good' : result.status === 'unrelated_procedure' ? 'warn' : 'bad'}
          text={result.status_text}
        />
      </p>
      {!grouped && <Remarks remarks={result.remarks} />}
      {grouped && (
        <p>
          权重 <Figure value={result.weight} kind="weight" />
          {result.pays !== null && (
            <>
              {' '}
              · 支付标准 <Figure value={result.pays} kind="money" unit="元" />
            </>
          )}
        </p>
      )}
      <h3>判断的先后</h3>
      <ol className="bc-path" aria-label="判断的先后">
        {steps.map(({ step, missed }, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a step may be tried again under the same code
          <StepLine key={`${at}${step.code}`} step={step} missed={missed} />
        ))}
        {rest.length > 0 && <Missed steps={rest} />}
      </ol>
      {result.complications.length > 0 && (
        <>
          <h3>并发症与合并症</h3>
          <ul>
            {result.complications.map((one) => (
              <li key={`${one.position}${one.code}`}>
                <Status
                  tone={one.counted ? 'info' : 'neutral'}
                  text={one.counted ? `计入 ${one.level}` : `不计 ${one.level}`}
                />{' '}
                {one.text}
              </li>
            ))}
          </ul>
        </>
      )}
      {grouped && <Remarks remarks={result.remarks} />}
      {grouped || result.changes.length > 0 ? (
        <Collapse
          items={[
            {
              key: 'changes',
              label: `什么会改变分组（${result.changes.length}）`,
              children: (
                <>
                  <p className="bc-quiet">{result.notice}</p>
                  {result.changes.length > 0 ? (
                    <DataTable
                      rows={result.changes}
                      rowKey={(row) => `${row.kind_text}${row.code}${row.drg}`}
                      label="会改变分组的单项变化"
                      columns={columns}
                      height={260}
                    />
                  ) : (
                    <p>没有单项变化会改变分组。</p>
                  )}
                </>
              ),
            },
          ]}
        />
      ) : null}
    </div>
  );
}

/** What is worth knowing about single codes; of a case without a group it is often the reason. */
function Remarks({ remarks }: { remarks: readonly string[] }) {
  return remarks.map((remark) => <Alert key={remark} type="info" showIcon title={remark} />);
}

function StepLine({ step, missed }: { step: CalculatedStep; missed: CalculatedStep[] }) {
  return (
    <>
      {missed.length > 0 && <Missed steps={missed} />}
      <li className={step.taken ? 'bc-taken' : undefined}>
        <span className={step.holds ? 'bc-good' : 'bc-quiet'} aria-hidden="true">
          {step.holds ? '✓' : '✗'}
        </span>
        <span>
          <strong>
            {LEVELS[step.level]}
            {step.code}
          </strong>{' '}
          {step.title}
          <br />
          <span className="bc-quiet">{step.condition}</span>
        </span>
        <span className="bc-quiet">{step.holds ? '成立' : '不成立'}</span>
      </li>
    </>
  );
}

/** Steps that failed, folded into a line. */
function Missed({ steps }: { steps: CalculatedStep[] }) {
  const [open, setOpen] = useState(false);
  const first = steps[0];
  const last = steps.at(-1);
  return (
    <>
      <li>
        <span className="bc-quiet" aria-hidden="true">
          ✗
        </span>
        <Button
          type="link"
          size="small"
          aria-expanded={open}
          onClick={() => setOpen(!open)}
          style={{ justifySelf: 'start', padding: 0 }}
        >
          {steps.length === 1 ? first?.code : `${first?.code} 至 ${last?.code}，${steps.length} 个`}不成立
        </Button>
        <span />
      </li>
      {open &&
        steps.map((step, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a step may be tried again under the same code
          <li key={`${at}${step.code}`}>
            <span className="bc-quiet" aria-hidden="true">
              ✗
            </span>
            <span>
              {step.code} {step.title}
              <br />
              <span className="bc-quiet">{step.condition}</span>
            </span>
            <span className="bc-quiet">不成立</span>
          </li>
        ))}
    </>
  );
}
