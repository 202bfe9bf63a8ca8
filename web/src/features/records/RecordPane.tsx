import { Alert, Button, Tabs } from 'antd';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { type ApiProblem, asProblem, post, useGet, useSend } from '../../api/client';
import { useMay } from '../../app/me';
import { Failure } from '../../ui/Failure';
import { Figure } from '../../ui/Figure';
import { groupText } from '../../ui/format';
import { useKeys } from '../../ui/keys';
import { Loading } from '../../ui/Loading';
import { useReason } from '../../ui/ReasonDialog';
import { changesOf, type Edits, fieldAt, findingsByField, withEdit } from './edits';
import { type FormState, inputId } from './Field';
import { Findings } from './Findings';
import { Form } from './Form';
import { Grouping, Neighbours } from './Grouping';
import { History } from './History';
import type { Named } from './links';
import './records.css';
import type { RecordCheckAnswer, RecordCorrectionAnswer, RecordField, RecordGroup, RecordView } from './wire';

/** Milliseconds after the last key when the record is checked again. */
const PAUSE = 250;
const USUAL_REASON = '核对病历';

interface RecordPaneProps {
  of: Named;
  /** Fields that are looked at first. */
  focus?: readonly string[] | undefined;
  tab: string;
  onTab: (tab: string) => void;
  onSaved?: ((answer: RecordCorrectionAnswer) => void) | undefined;
}

/** A record: its form with findings at their fields, corrected in place; why it is in its group; what was changed. */
export function RecordPane({ of, focus, tab, onTab, onSaved }: RecordPaneProps) {
  const { record_key, organisation, month } = of;
  const { reason: why, ask } = useReason();
  const [identified, setIdentified] = useState(false);
  const query = { organisation, month, ...(identified ? { identified } : {}) };
  const shown = useGet<RecordView>(`/records/${record_key}`, query, { reason: identified ? why : undefined });
  const [edits, setEdits] = useState<Edits>({});
  const [answer, setAnswer] = useState<RecordCheckAnswer | null>(null);
  const [failed, setFailed] = useState<ApiProblem | null>(null);
  const [said, setSaid] = useState('');
  const [reason, setReason] = useState(USUAL_REASON);
  const reasonInput = useRef<HTMLInputElement>(null);
  const mayCorrect = useMay('enter', 'front_page', 'de-identified');
  const maySeeNames = useMay('read', 'front_page', 'identified');
  const mayExplain = useMay('read', 'grouping', 'de-identified');
  const record = shown.data;
  const changes = useMemo(() => changesOf(edits), [edits]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: another record begins without edits
  useEffect(() => {
    setEdits({});
    setAnswer(null);
    setFailed(null);
    setSaid('');
    setIdentified(false);
  }, [record_key]);

  useEffect(() => {
    if (changes.length === 0) {
      setAnswer(null);
      return;
    }
    const stop = new AbortController();
    const timer = setTimeout(() => {
      const body = { record: { record_key, organisation, month }, changes };
      post<RecordCheckAnswer>('/records/check', body, { signal: stop.signal })
        .then((checked) => {
          setAnswer(checked);
          setFailed(null);
        })
        .catch((error: unknown) => {
          if (!stop.signal.aborted) setFailed(asProblem(error));
        });
    }, PAUSE);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [changes, record_key, organisation, month]);

  const save = useSend<RecordCorrectionAnswer, void>('put', `/records/${record_key}/corrections`, {
    invalidate: ['/records', '/worklist', '/exports'],
    reason: identified ? why : undefined,
    body: () => ({
      organisation,
      month,
      revision: record?.revision ?? 0,
      reason,
      changes,
      identified,
    }),
    onSuccess: (saved) => {
      setEdits({});
      setSaid(saidOf(saved));
      onSaved?.(saved);
    },
  });
  const saveNow = () => {
    if (changes.length === 0 || save.isPending || !mayCorrect) return;
    if (reason.trim() === '') {
      reasonInput.current?.focus();
      return;
    }
    setSaid('');
    save.mutate();
  };
  useKeys({ 'ctrl+s': saveNow }, { 'ctrl+s': '保存更正' });

  const findings = useMemo(() => answer?.findings ?? record?.findings ?? [], [answer, record]);
  const byField = useMemo(() => findingsByField(findings), [findings]);
  const goTo = useCallback((field: string) => {
    const found = Array.from({ length: 41 }, (_, index) => document.getElementById(inputId(field, index)));
    const first = found.find((element) => element !== null);
    first?.scrollIntoView({ block: 'center' });
    first?.focus();
  }, []);
  const wanted = focus?.[0];
  const ready = record !== undefined && tab === 'form';
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each record that is opened
  useEffect(() => {
    if (ready && wanted) goTo(wanted);
  }, [ready, wanted, record_key, goTo]);

  if (shown.error) return <Failure problem={shown.error} retry={() => void shown.refetch()} />;
  if (!record) return <Loading rows={14} />;
  const state: FormState = {
    layout: record.layout,
    edits,
    editable: mayCorrect,
    findings: byField,
    mistakes: answer?.mistakes ?? [],
    onEdit: (field: RecordField, value: string) => setEdits((before) => withEdit(before, field, value)),
    onName: (id, index, name) =>
      setEdits((before) => {
        const field = fieldAt(record.sections, id, index);
        return field?.editable ? withEdit(before, { ...field, index }, name) : before;
      }),
  };
  const nameOf = (id: string) => fieldAt(record.sections, id, 0)?.name ?? id;
  const showNames = async () => {
    if (identified) setIdentified(false);
    else if (await ask()) setIdentified(true);
  };
  return (
    <div className="rf-pane">
      <div className="rf-bar">
        <div className="rf-bar-facts">
          <b>病案号 {record.medical_record_number}</b>
          <Group before={record.group} after={answer?.group ?? null} />
          <Score before={record} after={answer} />
          <span className="bc-quiet">
            {record.source.file} 第 {record.source.row} 行 · {record.layout_title}
            {record.revision > 0 && ` · 第 ${record.revision} 版`}
          </span>
        </div>
        <div className="rf-bar-actions">
          {maySeeNames && (
            <Button size="small" aria-pressed={identified} onClick={() => void showNames()}>
              {identified ? '隐藏姓名等信息' : '查看明文'}
            </Button>
          )}
          {mayCorrect && (
            <>
              <label htmlFor="record-reason" className="bc-quiet">
                更正理由
              </label>
              <input
                id="record-reason"
                ref={reasonInput}
                className="rf-input rf-reason"
                value={reason}
                maxLength={200}
                onChange={(event) => setReason(event.target.value)}
              />
              <Button
                type="primary"
                size="small"
                disabled={changes.length === 0}
                loading={save.isPending}
                title="Ctrl+S"
                onClick={saveNow}
              >
                保存{changes.length > 0 ? ` ${changes.length} 处` : ''}
              </Button>
            </>
          )}
        </div>
      </div>
      <div aria-live="polite">
        {said && <Alert type="success" showIcon title={said} closable={{ onClose: () => setSaid('') }} />}
        {save.error && (
          <Failure problem={save.error} retry={save.error.status === 409 ? () => void shown.refetch() : undefined} />
        )}
        {failed && <Failure problem={failed} />}
      </div>
      <Tabs
        size="small"
        activeKey={tab}
        onChange={onTab}
        items={[
          {
            key: 'form',
            label: '首页',
            children: (
              <div className="rf-columns">
                <Form sections={record.sections} state={state} />
                <Findings
                  findings={findings}
                  suggestions={record.suggestions}
                  nameOf={nameOf}
                  onFocus={goTo}
                  onTake={
                    mayCorrect
                      ? (one) => {
                          const field = fieldAt(record.sections, one.field, one.index);
                          if (field) setEdits((before) => withEdit(before, field, one.after));
                        }
                      : null
                  }
                />
              </div>
            ),
          },
          ...(mayExplain
            ? [
                { key: 'group', label: '分组依据', children: <Grouping of={of} /> },
                { key: 'neighbours', label: '同组病例', children: <Neighbours of={of} /> },
              ]
            : []),
          {
            key: 'history',
            label: `改动历史${record.corrections.length > 0 ? ` ${record.corrections.length}` : ''}`,
            children: <History record={record} />,
          },
        ]}
      />
    </div>
  );
}

/** What saving came to, in a sentence. */
export function saidOf({ drg_before, drg_after, score_before, score_after, mended, arisen }: RecordCorrectionAnswer) {
  const parts = ['已保存'];
  if (drg_before !== drg_after) parts.push(`病组 ${drg_before || '未入组'} → ${drg_after || '未入组'}`);
  if (score_before !== score_after) parts.push(`得分 ${score_before ?? '—'} → ${score_after ?? '—'}`);
  if (mended.length > 0) parts.push(`已消除 ${mended.join('、')}`);
  if (arisen.length > 0) parts.push(`新出现 ${arisen.join('、')}`);
  return parts.join('，');
}

function Group({ before, after }: { before: RecordGroup | null; after: RecordGroup | null }) {
  const now = after ?? before;
  if (!now) return <span className="bc-quiet">未分组</span>;
  const changed = after !== null && before !== null && after.drg !== before.drg;
  return (
    <span aria-live="polite">
      {changed && <s className="bc-quiet">{groupText(before.drg)}</s>}{' '}
      <b>{now.drg ? groupText(now.drg) : now.status_text}</b> {now.drg_name}{' '}
      {now.weight && (
        <>
          权重 <Figure value={now.weight} kind="weight" />
        </>
      )}
      {now.status !== 'grouped' && <span className="bc-quiet"> {now.status_text}</span>}
    </span>
  );
}

function Score({ before, after }: { before: RecordView; after: RecordCheckAnswer | null }) {
  const now = after ?? before;
  if (now.score === null) return null;
  const changed = after !== null && after.score !== before.score;
  return (
    <span aria-live="polite">
      得分 {changed && <s className="bc-quiet">{before.score}</s>} <Figure value={now.score} kind="score" /> {now.grade}
    </span>
  );
}
