import { DownloadOutlined, HistoryOutlined, SaveOutlined, UploadOutlined } from '@ant-design/icons';
import { useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Input, Modal, Space, Tooltip, Upload } from 'antd';
import { type ReactNode, useCallback, useEffect, useState } from 'react';
import { useParams } from 'react-router';
import { asProblem, download, invalidatePaths, post, upload, useGet } from '../../api/client';
import { Failure } from '../../ui/Failure';
import { formatPeriod, formatTime } from '../../ui/format';
import { useKeys } from '../../ui/keys';
import { Loading } from '../../ui/Loading';
import { Page } from '../../ui/Page';
import { Status } from '../../ui/Status';
import { isMissing } from './cells';
import { FormGrid, inputId } from './FormGrid';
import { FormHistoryDrawer } from './FormHistoryDrawer';
import { stateTone } from './states';
import { formApi, useForm } from './useForm';
import type { DataSetDefinition, FormFinding, FormView, ImportedForms, StepBody, StepChoice, StepResult } from './wire';
import './data.css';

/** One form: typed, pasted or uploaded, judged as one types, and handed on. */
export default function FormPage() {
  const { dataset = '', owner = '', when = '' } = useParams();
  const path = formApi({ dataset, organisation: owner, period: when });
  const definition = useGet<DataSetDefinition>(`/datasets/${encodeURIComponent(dataset)}`, {}, { staleTime: 600_000 });
  const view = useGet<FormView>(path, {}, { staleTime: 0 });
  const { refetch } = view;
  const reload = useCallback(async () => (await refetch()).data, [refetch]);
  const failure = definition.error ?? view.error;
  const crumbs = [{ title: '数据' }, { title: '数据填报', to: '/data/forms' }];
  if (failure && !(view.data && definition.data))
    return (
      <Page title="填报" crumbs={crumbs}>
        <Failure problem={failure} retry={() => void refetch()} />
      </Page>
    );
  if (!view.data || !definition.data)
    return (
      <Page title="填报" crumbs={crumbs}>
        <Loading />
      </Page>
    );
  return <OpenForm key={view.data.id} view={view.data} definition={definition.data} reload={reload} />;
}

interface Props {
  view: FormView;
  definition: DataSetDefinition;
  reload: () => Promise<FormView | undefined>;
}

const KEEPING = {
  kept: '已保存',
  local: '已存在本机，稍后自动存为草稿',
  saving: '正在保存',
  failed: '没有保存到服务器，本机仍有一份',
} as const;

function OpenForm({ view, definition, reload }: Props) {
  const client = useQueryClient();
  const { message, modal } = App.useApp();
  const path = formApi(view);
  const stepOf = (name: string) => view.steps.find((one) => one.step === name);
  const saving = stepOf('save');
  const editable = saving?.allowed ?? false;
  const form = useForm(view, editable, reload);
  const { submission } = view;
  const [asking, setAsking] = useState<StepChoice | null>(null);
  const [busy, setBusy] = useState(false);
  const [showHistory, setShowHistory] = useState(false);
  const errors = form.findings.filter((one) => one.severity === 'error').length;
  const warnings = form.findings.length - errors;
  const missing = form.findings.filter((one) => isMissing(one, form.cells));
  const others = form.findings.filter((one) => !isMissing(one, form.cells));
  const titleOf = (id: string) => definition.fields.find((field) => field.id === id)?.title ?? id;
  const lists = ['/calendar', '/submissions', '/indicators'];

  const accept = (next: FormView) => client.setQueryData([path, {}, ''], next);
  const save = async (comment?: string) => {
    if (submission?.state === 'approved' && !comment) {
      if (saving) setAsking(saving);
      return null;
    }
    const kept = await form.save(comment);
    if (kept) await invalidatePaths(client, lists);
    return kept;
  };
  useKeys({ 'ctrl+s': () => void (editable && form.dirty > 0 && save()) }, { 'ctrl+s': '保存草稿' });

  // Values may still be on their way into the tables of indicators.
  const waiting = submission?.state === 'approved' && !submission.published;
  useEffect(() => {
    if (!waiting) return;
    const timer = setInterval(() => void reload(), 2000);
    return () => clearInterval(timer);
  }, [waiting, reload]);

  const step = async (choice: StepChoice, comment: string) => {
    setAsking(null);
    setBusy(true);
    try {
      if (choice.step === 'save') {
        await save(comment);
        return;
      }
      let seen = submission;
      if (choice.step === 'submit' && form.dirty > 0) seen = (await form.save())?.submission ?? null;
      if (!seen) return;
      const body: StepBody = { step: choice.step, comment, version: seen.version, revision: seen.revision };
      const result = await post<StepResult>(`${path}/steps`, body);
      accept(result.form);
      message.success(result.publishing ? '已审核通过，数值正在进入指标库' : `已${choice.step_text}`);
      await invalidatePaths(client, [...lists, `${path}/history`]);
    } catch (error) {
      const told = asProblem(error);
      message.error(told.message, 8);
      if (told.code === 'conflict') await reload();
    } finally {
      setBusy(false);
    }
  };
  const template = async () => {
    try {
      const query = { organisation: view.organisation, period: view.period };
      await download(`/datasets/${encodeURIComponent(view.dataset)}/template`, query);
    } catch (error) {
      message.error(asProblem(error).message);
    }
  };
  const take = async (file: File) => {
    const body = new FormData();
    body.append('file', file, file.name);
    const query = new URLSearchParams({ organisation: view.organisation, period: view.period });
    setBusy(true);
    try {
      const where = `/datasets/${encodeURIComponent(view.dataset)}/import?${query}`;
      const { drafts } = await upload<ImportedForms>(where, body);
      form.discard();
      await reload();
      await invalidatePaths(client, lists);
      const told = drafts[0]?.submission;
      if (told && told.errors + told.warnings > 0)
        message.warning(`已存为草稿：${told.errors} 处错误、${told.warnings} 处需要核实，单元格位置见下`, 6);
      else message.success('已存为草稿，没有发现问题');
    } catch (error) {
      modal.error({ title: '文件没有导入', content: asProblem(error).message });
    } finally {
      setBusy(false);
    }
  };
  const goTo = (finding: FormFinding) => {
    const input = document.getElementById(inputId(finding.breakdown, finding.field));
    input?.scrollIntoView({ block: 'center' });
    input?.focus();
  };
  const lock = editable ? '' : (saving?.why ?? '');
  return (
    <Page
      title={`${view.title} ${formatPeriod(view.period)}`}
      crumbs={[{ title: '数据' }, { title: '数据填报', to: '/data/forms' }]}
      actions={
        <Space wrap>
          <Button icon={<HistoryOutlined />} onClick={() => setShowHistory(true)}>
            经过
          </Button>
          <Tooltip title={lock}>
            <Button icon={<DownloadOutlined />} disabled={!editable} onClick={() => void template()}>
              下载模板
            </Button>
          </Tooltip>
          <Tooltip title={submission?.state === 'approved' ? '已审核的数据要改，请在页面上修改并写明理由' : lock}>
            <Upload
              accept=".xlsx,.csv,.json"
              showUploadList={false}
              disabled={!editable || busy || submission?.state === 'approved'}
              beforeUpload={(file) => {
                void take(file as unknown as File);
                return Upload.LIST_IGNORE;
              }}
            >
              <Button icon={<UploadOutlined />} disabled={!editable || busy || submission?.state === 'approved'}>
                上传填好的文件
              </Button>
            </Upload>
          </Tooltip>
          <StepButton
            choice={saving}
            icon={<SaveOutlined />}
            text="保存"
            busy={busy || form.keeping === 'saving'}
            idle={form.dirty === 0 ? '没有改动' : ''}
            onStep={() => void save()}
          />
          {['submit', 'withdraw', 'return', 'approve'].map((name) => {
            const choice = stepOf(name);
            const idle = name === 'submit' && errors > 0 ? `还有 ${errors} 处错误，改正后才能提交` : '';
            // Whoever fills in is not offered what approvers do, unless it says something.
            const offered = choice && (choice.allowed || relevant(name, submission?.state));
            if (!offered) return null;
            return (
              <StepButton
                key={name}
                choice={choice}
                text={{ submit: '提交', withdraw: '撤回', return: '退回', approve: '审核通过' }[name] ?? ''}
                primary={name === 'submit' || name === 'approve'}
                busy={busy}
                idle={idle}
                onStep={() => {
                  const explain = name === 'submit' && warnings > 0;
                  if (choice.needs_comment || explain || name === 'approve')
                    setAsking({ ...choice, needs_comment: name !== 'approve' });
                  else void step(choice, '');
                }}
              />
            );
          })}
        </Space>
      }
    >
      <div className="bc-form-state" aria-live="polite">
        <span>{view.organisation_name}</span>
        {submission ? (
          <Status tone={stateTone(submission.state)} text={`第 ${submission.version} 版 ${submission.state_text}`} />
        ) : (
          <Status tone="neutral" text="未填" />
        )}
        <span>
          截止 {view.due}，{view.timeliness_text}
        </span>
        {submission && (
          <span className="bc-quiet">
            {submission.filler} {formatTime(submission.filled_at)} 填
            {submission.submitter && `，${submission.submitter} 提交`}
            {submission.approver && `，${submission.approver} 审核`}
          </span>
        )}
        {editable && (form.dirty > 0 || submission) && <span className="bc-quiet">{KEEPING[form.keeping]}</span>}
        {waiting && <span className="bc-quiet">数值正在进入指标库</span>}
      </div>
      {submission?.comment && (
        <Alert
          type={submission.state === 'returned' ? 'warning' : 'info'}
          showIcon
          title={`说明：${submission.comment}`}
        />
      )}
      {lock && <Alert type="info" showIcon title={lock} />}
      {view.definition_changed && (
        <Alert type="info" showIcon title="填报口径在这份数据填写之后有过改动，请按现在的口径核对" />
      )}
      {form.conflict !== null && (
        <Alert
          type="warning"
          showIcon
          title="这份填报有了更新的内容，已换成最新的，您没有保存的改动仍在"
          description={
            form.conflict.length === 0
              ? '您和别人改的不是同一格，核对后再保存即可。'
              : `有 ${form.conflict.length} 格两人都改了，现在显示的是您的，保存后以您的为准。`
          }
          action={<Button onClick={form.discard}>放弃我的改动</Button>}
        />
      )}
      {form.problem && form.problem.code !== 'conflict' && <Failure problem={form.problem} />}
      <FormGrid
        definition={definition}
        rows={view.rows}
        cells={form.cells}
        findings={form.findings}
        locked={lock}
        previousTitle={view.previous_period ? `上期 ${view.previous_period}` : '上期'}
        beforeTitle={view.year_before_period ? `上年同期 ${view.year_before_period}` : null}
        onChange={form.setCells}
        onPasted={(count) =>
          count > 0 ? message.success(`粘贴了 ${count} 格`) : message.warning('粘贴的内容对不上这份表的栏目')
        }
      />
      <section aria-label="问题" className="bc-section">
        <h2>{form.findings.length === 0 ? '没有发现问题' : `${errors} 处错误，${warnings} 处需要核实`}</h2>
        <ul className="bc-findings">
          {missing[0] && (
            <li>
              <button type="button" onClick={() => missing[0] && goTo(missing[0])}>
                <Status tone="bad" text="错误" /> 还有 {missing.length} 格必填没有填：
                {missing
                  .slice(0, 5)
                  .map((one) => [one.breakdown, titleOf(one.field)].filter(Boolean).join('·'))
                  .join('、')}
                {missing.length > 5 && '…'}
              </button>
            </li>
          )}
          {others.slice(0, 200).map((finding) => (
            <li key={`${finding.breakdown}/${finding.field}/${finding.rule}/${finding.message}`}>
              <button type="button" onClick={() => goTo(finding)} disabled={finding.field === ''}>
                <Status tone={finding.severity === 'error' ? 'bad' : 'warn'} text={finding.severity_text} />{' '}
                {finding.place && `${finding.place}　`}
                {finding.message}
              </button>
            </li>
          ))}
        </ul>
        <p className="bc-quiet">
          {definition.summary.purpose}。{definition.note}
          没有发生填 0，不掌握留空；可以从 Excel 复制整列或“项目、数值”两列，粘贴到格子里。
        </p>
      </section>
      <CommentDialog
        choice={asking}
        onCancel={() => setAsking(null)}
        onGiven={(choice, comment) => void step(choice, comment)}
      />
      <FormHistoryDrawer open={showHistory} path={path} onClose={() => setShowHistory(false)} />
    </Page>
  );
}

/** Whether a step that is not possible is worth saying why. */
function relevant(step: string, state: string | undefined): boolean {
  if (step === 'submit') return state === undefined || state === 'draft' || state === 'returned';
  return step === 'approve' && state === 'submitted';
}

interface ButtonProps {
  choice: StepChoice | undefined;
  text: string;
  icon?: ReactNode;
  primary?: boolean;
  busy: boolean;
  /** Why it is not to be pressed now, besides what the service says. */
  idle?: string;
  onStep: () => void;
}

function StepButton({ choice, text, icon, primary, busy, idle, onStep }: ButtonProps) {
  if (!choice) return null;
  const why = choice.why || idle || '';
  return (
    <Tooltip title={why}>
      <Button
        type={primary ? 'primary' : 'default'}
        icon={icon}
        loading={busy}
        disabled={why !== ''}
        aria-description={why || undefined}
        onClick={onStep}
      >
        {text}
      </Button>
    </Tooltip>
  );
}

interface DialogProps {
  choice: StepChoice | null;
  onCancel: () => void;
  onGiven: (choice: StepChoice, comment: string) => void;
}

const ASKED: Record<string, { title: string; label: string; ok: string }> = {
  save: { title: '修改已审核的数据', label: '修改的理由', ok: '保存为新版本' },
  submit: { title: '提交', label: '需要核实的地方，逐条说明', ok: '提交' },
  return: { title: '退回', label: '退回的理由，填报人会看到', ok: '退回' },
  approve: { title: '审核通过', label: '意见，可不填', ok: '审核通过' },
};

function CommentDialog({ choice, onCancel, onGiven }: DialogProps) {
  const [comment, setComment] = useState('');
  const opened = choice?.step;
  useEffect(() => {
    if (opened) setComment('');
  }, [opened]);
  const asked = ASKED[opened ?? ''];
  const missing = (choice?.needs_comment ?? false) && comment.trim() === '';
  return (
    <Modal
      open={choice !== null}
      title={asked?.title}
      okText={asked?.ok}
      cancelText="取消"
      okButtonProps={{ disabled: missing }}
      onCancel={onCancel}
      onOk={() => choice && onGiven(choice, comment.trim())}
    >
      {opened === 'approve' && <p>通过后这些数值进入指标、方案和考核；要改须另建新版本。</p>}
      <label htmlFor="step-comment">{asked?.label}</label>
      <Input.TextArea
        id="step-comment"
        value={comment}
        maxLength={1000}
        autoSize={{ minRows: 3, maxRows: 10 }}
        onChange={(event) => setComment(event.target.value)}
      />
    </Modal>
  );
}
