import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { App, Button, Input, Modal, Select, Tag } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { Link } from 'react-router';
import { asProblem, download, get, invalidatePaths, useGet, useSend } from '../../api/client';
import { useMay, useMe } from '../../app/me';
import { useSelection, useUrlState } from '../../app/selection';
import { Empty } from '../../ui/Empty';
import { Failure } from '../../ui/Failure';
import { formatFigure, groupText } from '../../ui/format';
import { useKeys } from '../../ui/keys';
import { Loading } from '../../ui/Loading';
import { Page } from '../../ui/Page';
import { Status } from '../../ui/Status';
import { neighbour, SEVERITIES, toneOf } from './edits';
import { filled } from './links';
import { RecordPane, saidOf } from './RecordPane';
import './records.css';
import type {
  PageOf,
  RecordCorrectionAnswer,
  WorklistCounts,
  WorklistItem,
  WorklistStep,
  WorklistStepsBody,
} from './wire';

const STATES = [
  { value: '', label: '未了结' },
  { value: 'open', label: '待处理' },
  { value: 'assigned', label: '处理中' },
  { value: 'corrected', label: '已修改待复查' },
  { value: 'accepted', label: '核实无误' },
  { value: 'closed', label: '已关闭' },
  { value: 'all', label: '全部' },
];

const KEYS = {
  j: '下一条',
  k: '上一条',
  enter: '打开病案，到有问题的字段',
  x: '选中或取消选中',
  a: '由我处理',
  e: '核实无误',
  escape: '回到清单',
};

/** The coder's worklist: list left, record right, worst first, all of it by keyboard. */
export default function Worklist() {
  const me = useMe();
  const { message } = App.useApp();
  const { organisation } = useSelection();
  const client = useQueryClient();
  const [state, setState] = useUrlState<string>('state', '');
  const [month, setMonth] = useUrlState<string>('month', '');
  const [department, setDepartment] = useUrlState<string>('department', '');
  const [physician, setPhysician] = useUrlState<string>('physician', '');
  const [coder, setCoder] = useUrlState<string>('coder', '');
  const [check, setCheck] = useUrlState<string>('check', '');
  const [assignee, setAssignee] = useUrlState<string>('assignee', '');
  const [severity, setSeverity] = useUrlState<string>('severity', '');
  const [overdue, setOverdue] = useUrlState<string>('overdue', '');
  const [order, setOrder] = useUrlState<string>('order', 'due');
  const [text, setText] = useUrlState<string>('text', '');
  const [chosen, setChosen] = useUrlState<string>('item', '');
  const [tab, setTab] = useUrlState<string>('tab', 'form');
  const [open, setOpen] = useState('');
  const [marked, setMarked] = useState<ReadonlySet<string>>(new Set());
  const [asking, setAsking] = useState<WorklistStep | null>(null);
  const mayEnter = useMay('enter', 'worklist', 'de-identified');
  const mayAssign = useMay('assign', 'worklist', 'de-identified');
  const mayApprove = useMay('approve', 'worklist', 'de-identified');
  const mayExport = useMay('export', 'worklist', 'de-identified');
  const list = useRef<HTMLUListElement>(null);

  const filters = filled({
    organisation,
    state,
    month,
    department,
    physician,
    coder,
    check,
    assignee,
    severity,
    overdue: overdue === '1' ? 'true' : '',
    order,
    text,
  });
  const narrowed = [state, month, department, physician, coder, check, assignee, severity, overdue, text].some(Boolean);
  const found = useInfiniteQuery({
    queryKey: ['/worklist', filters],
    queryFn: ({ pageParam, signal }) =>
      get<PageOf<WorklistItem>>('/worklist', { ...filters, limit: 100, cursor: pageParam }, { signal }),
    initialPageParam: '',
    getNextPageParam: (last) => last.next,
    staleTime: 30_000,
  });
  const items = found.data?.pages.flatMap((page) => page.items) ?? [];
  const total = found.data?.pages[0]?.total ?? 0;
  const current = items.find((item) => item.id === chosen) ?? null;
  // A record that was mended leaves the list; it stays open until the next one is chosen.
  const last = useRef<WorklistItem | null>(null);
  if (current) last.current = current;
  const shown = current ?? (chosen === last.current?.id ? last.current : null);

  const counted = useGet<WorklistCounts>('/worklist/counts', { by: 'month,department,check', organisation });
  const countsOf = (by: string) => counted.data?.counts.filter((one) => one.by === by) ?? [];

  const first = items[0]?.id;
  useEffect(() => {
    if (!chosen && first) setChosen(first);
  }, [chosen, first, setChosen]);
  useEffect(() => {
    if (chosen) document.getElementById(`item-${chosen}`)?.scrollIntoView({ block: 'nearest' });
  }, [chosen]);

  const go = (item: WorklistItem | null) => {
    if (!item) {
      if (found.hasNextPage) void found.fetchNextPage();
      return;
    }
    setChosen(item.id);
    setOpen('');
    list.current?.focus();
  };
  const move = (by: 1 | -1) => go(neighbour(items, chosen || null, by));
  const step = useSend<WorklistItem[], WorklistStepsBody>('post', '/worklist/steps', {
    invalidate: ['/worklist', '/records'],
    onSuccess: (done, body) => {
      setMarked(new Set());
      setAsking(null);
      void message.success(body.step === 'accept' ? `已核实 ${done.length} 条无误` : `已处理 ${done.length} 条`);
    },
  });
  const meant = marked.size > 0 ? items.filter((item) => marked.has(item.id)) : shown ? [shown] : [];
  const take = (kind: WorklistStep, more: Partial<WorklistStepsBody> = {}) => {
    if (meant.length === 0 || step.isPending) return;
    step.mutate({ items: meant.map(({ id, revision }) => ({ id, revision })), step: kind, ...more });
  };
  useKeys(
    {
      j: () => move(1),
      k: () => move(-1),
      x: () =>
        setMarked((before) => {
          const next = new Set(before);
          if (!next.delete(chosen) && chosen) next.add(chosen);
          return next;
        }),
      a: () => mayEnter && take('assign', { to: me.name }),
      e: () => mayEnter && meant.length > 0 && setAsking('accept'),
      escape: () => {
        setOpen('');
        list.current?.focus();
      },
    },
    KEYS,
  );
  const takeHome = (format: 'xlsx' | 'csv') =>
    void download('/worklist/file', { ...filters, format }).catch((error: unknown) =>
      message.error(asProblem(error).message),
    );
  const saved = (answer: RecordCorrectionAnswer) => {
    void message.success(saidOf(answer));
    const next = neighbour(items, chosen || null, 1, true);
    void invalidatePaths(client, ['/worklist']);
    if (next) setChosen(next.id);
    setOpen('');
    list.current?.focus();
  };

  return (
    <Page
      title="工作清单"
      actions={
        <>
          {mayEnter && (
            <Button disabled={meant.length === 0} onClick={() => take('assign', { to: me.name })}>
              由我处理（A）
            </Button>
          )}
          {mayAssign && (
            <Button disabled={meant.length === 0} onClick={() => setAsking('assign')}>
              分派
            </Button>
          )}
          {mayEnter && (
            <Button disabled={meant.length === 0} onClick={() => setAsking('accept')}>
              核实无误（E）
            </Button>
          )}
          {mayApprove && (
            <Button disabled={meant.length === 0} onClick={() => setAsking('send-back')}>
              退回
            </Button>
          )}
          {mayExport && (
            <>
              <Button onClick={() => takeHome('xlsx')}>导出 XLSX</Button>
              <Button onClick={() => takeHome('csv')}>导出 CSV</Button>
            </>
          )}
        </>
      }
      filters={
        <>
          <Select
            aria-label="状态"
            size="small"
            style={{ width: 130 }}
            value={state}
            onChange={setState}
            options={STATES}
          />
          <Choice label="月份" value={month} onChange={setMonth} counts={countsOf('month')} width={120} />
          <Choice
            label="科室"
            value={department}
            onChange={setDepartment}
            counts={countsOf('department')}
            width={160}
          />
          <Choice label="规则" value={check} onChange={setCheck} counts={countsOf('check')} width={230} coded />
          <Select
            aria-label="程度"
            size="small"
            style={{ width: 110 }}
            value={severity}
            onChange={setSeverity}
            options={[{ value: '', label: '全部程度' }, ...SEVERITIES]}
          />
          <Select
            aria-label="处理人"
            size="small"
            style={{ width: 120 }}
            value={assignee}
            onChange={setAssignee}
            options={[
              { value: '', label: '全部处理人' },
              { value: 'me', label: '由我处理' },
              { value: 'none', label: '尚未分派' },
            ]}
          />
          <Select
            aria-label="排序"
            size="small"
            style={{ width: 130 }}
            value={order}
            onChange={setOrder}
            options={[
              { value: 'due', label: '期限在前' },
              { value: 'price', label: '影响大的在前' },
              { value: 'severity', label: '严重的在前' },
            ]}
          />
          <Input.Search
            aria-label="查找"
            size="small"
            style={{ width: 180 }}
            placeholder="问题、规则、医师"
            allowClear
            defaultValue={text}
            onSearch={(value) => setText(value.trim())}
          />
          {/* A link may have narrowed the list by what has no filter of its own. */}
          {physician && (
            <Tag closable onClose={() => setPhysician('')}>
              主治医师 {physician}
            </Tag>
          )}
          {coder && (
            <Tag closable onClose={() => setCoder('')}>
              编码员 {coder}
            </Tag>
          )}
          {overdue === '1' && (
            <Tag closable onClose={() => setOverdue('')}>
              已逾期
            </Tag>
          )}
          <span className="bc-quiet" aria-live="polite">
            共 {formatFigure(total, 'count')} 条{marked.size > 0 && `，选中 ${marked.size} 条`}
          </span>
        </>
      }
    >
      {found.error && <Failure problem={found.error} retry={() => void found.refetch()} />}
      {step.error && <Failure problem={step.error} retry={() => void found.refetch()} />}
      <div className="rf-work">
        <ul
          ref={list}
          className="rf-list"
          // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: a list box over a list
          role="listbox"
          aria-label="待处理的问题"
          aria-activedescendant={chosen ? `item-${chosen}` : undefined}
          tabIndex={0}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && event.target === event.currentTarget) {
              event.preventDefault();
              setOpen(chosen);
            }
          }}
        >
          {found.isLoading && <Loading rows={10} />}
          {!found.isLoading && items.length === 0 && !found.error && (
            <Empty
              title={narrowed ? '没有符合条件的问题' : '没有要处理的问题'}
              hint={narrowed ? '可以放宽上面的条件' : '导入病案后，质控发现的问题会按期限排在这里'}
              action={narrowed && <Link to="/records/worklist">看全部未了结的问题</Link>}
            />
          )}
          {items.map((item) => (
            <Line
              key={item.id}
              item={item}
              selected={item.id === chosen}
              marked={marked.has(item.id)}
              onClick={() => {
                setChosen(item.id);
                setOpen(item.id);
              }}
            />
          ))}
          {found.hasNextPage && (
            <li>
              <Button block loading={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
                再取 100 条
              </Button>
            </li>
          )}
        </ul>
        <div className="rf-right">
          {shown ? (
            <RecordPane
              of={shown}
              focus={open === shown.id ? shown.fields : undefined}
              tab={tab}
              onTab={setTab}
              onSaved={saved}
            />
          ) : (
            <Empty title="选择一条，右边显示病案" hint="J、K 移动，回车打开，Ctrl+S 保存，? 查看全部按键" />
          )}
        </div>
      </div>
      <StepDialog
        step={asking}
        count={meant.length}
        busy={step.isPending}
        onCancel={() => setAsking(null)}
        onDone={(given) => {
          if (asking === 'assign') take('assign', { to: given });
          else if (asking) take(asking, { reason: given });
        }}
      />
    </Page>
  );
}

interface ChoiceProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
  counts: WorklistCounts['counts'];
  width: number;
  coded?: boolean;
}

function Choice({ label, value, onChange, counts, width, coded }: ChoiceProps) {
  const known = counts.filter((one) => one.value !== '');
  const options = known.map((one) => ({
    value: one.value,
    label: `${coded ? `${one.value} ` : ''}${one.title || one.value}${one.items === null ? '' : `（${one.items}）`}`,
  }));
  return (
    <Select
      aria-label={label}
      size="small"
      showSearch={{ optionFilterProp: 'label' }}
      style={{ width }}
      value={value}
      onChange={onChange}
      options={[{ value: '', label: `全部${label}` }, ...options]}
    />
  );
}

interface LineProps {
  item: WorklistItem;
  selected: boolean;
  marked: boolean;
  onClick: () => void;
}

function Line({ item, selected, marked, onClick }: LineProps) {
  const { price } = item;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the list answers to the keys
    <li
      id={`item-${item.id}`}
      // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: an option of a list box
      role="option"
      aria-selected={selected}
      tabIndex={-1}
      className={`rf-line${selected ? ' rf-selected' : ''}${marked ? ' rf-marked' : ''}`}
      onClick={onClick}
    >
      <div className="rf-line-head">
        <Status tone={toneOf(item.severity)} text={item.severity_text} />
        <b>{item.medical_record_number ?? item.record_key.slice(0, 12)}</b>
        <span className="bc-quiet">{item.drg && groupText(item.drg)}</span>
        <span className={item.overdue ? 'rf-overdue' : 'bc-quiet'}>
          {item.overdue ? '逾期 ' : ''}
          {item.due}
        </span>
        {marked && <span>已选</span>}
      </div>
      <div className="rf-line-text">{item.message}</div>
      <div className="bc-quiet rf-line-foot">
        {item.department_name} {item.physician} · {item.check} · {item.state_text}
        {item.assignee ? ` · ${item.assignee}` : ''}
        {price?.weight && ` · 权重 ${formatFigure(price.weight, 'weight', { signed: true })}`}
        {price?.changes_group && ' · 会换病组'}
        {item.times_found > 1 && ` · 第 ${item.times_found} 次出现`}
      </div>
    </li>
  );
}

interface StepDialogProps {
  step: WorklistStep | null;
  count: number;
  busy: boolean;
  onCancel: () => void;
  onDone: (given: string) => void;
}

const ASKED: Partial<Record<WorklistStep, [string, string, string]>> = {
  assign: ['分派', '处理人', '用户名，如 coder'],
  accept: ['核实无误', '理由', '如：病历记录与首页一致'],
  'send-back': ['退回重新处理', '理由', '如：改正不完整'],
};

function StepDialog({ step, count, busy, onCancel, onDone }: StepDialogProps) {
  const [given, setGiven] = useState('');
  // biome-ignore lint/correctness/useExhaustiveDependencies: every step is asked for anew
  useEffect(() => setGiven(''), [step]);
  const [verb, what, hint] = (step && ASKED[step]) ?? ['', '', ''];
  const done = () => given.trim() !== '' && onDone(given.trim());
  return (
    <Modal
      open={step !== null}
      title={`${verb} ${count} 条`}
      okText={verb}
      cancelText="取消"
      okButtonProps={{ disabled: given.trim() === '', loading: busy }}
      onCancel={onCancel}
      onOk={done}
      destroyOnHidden
    >
      <label htmlFor="step-given">{what}</label>
      <Input
        id="step-given"
        autoFocus
        value={given}
        placeholder={hint}
        maxLength={200}
        onChange={(event) => setGiven(event.target.value)}
        onPressEnter={done}
      />
    </Modal>
  );
}
