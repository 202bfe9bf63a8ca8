import { App, Button, DatePicker, Form, Input, InputNumber, Select, Space } from 'antd';
import type { Dayjs } from 'dayjs';
import { asProblem, useSend } from '../../api/client';
import { TOUCHED } from './TaskDrawer';
import type { MilestoneBody, TaskLine, TaskStepBody } from './wire';

interface Values {
  title?: string;
  department?: string;
  assignee?: string;
  due?: Dayjs;
  progress?: number;
  number?: number;
  text?: string;
}

/** What each step asks for. */
const ASKS: Record<
  string,
  { fields: (keyof Values)[]; due?: string; text?: string; dueNeeded?: boolean; textNeeded?: boolean }
> = {
  report: { fields: ['progress', 'text'], text: '做了什么' },
  submit: { fields: ['text'], text: '完成情况', textNeeded: true },
  reply: { fields: ['text'], text: '回复', textNeeded: true },
  accept: { fields: ['text'], text: '验收意见' },
  correct: { fields: ['text', 'due'], text: '哪里不够', textNeeded: true, due: '整改期限' },
  supervise: { fields: ['text', 'due'], text: '为什么督办', textNeeded: true, due: '回复期限', dueNeeded: true },
  postpone: { fields: ['due', 'text'], text: '理由', textNeeded: true, due: '新的期限', dueNeeded: true },
  assign: { fields: ['department', 'assignee'] },
  break_down: { fields: ['title', 'department', 'assignee', 'due'], due: '期限' },
  milestone: { fields: ['title', 'due'], due: '日期', dueNeeded: true },
  reach: { fields: ['number', 'due'], due: '哪一天' },
  note: { fields: ['text'], text: '备注', textNeeded: true },
};

const VERBS: Record<string, string> = {
  report: '报告进展',
  submit: '报送完成',
  reply: '回复督办',
  accept: '验收通过',
  correct: '退回整改',
  supervise: '下达督办',
  postpone: '调整期限',
  assign: '分派',
  break_down: '分解',
  milestone: '设置节点',
  reach: '登记完成',
  note: '写入',
};

/** The form of a step with a task. */
export function StepForm(props: {
  task: TaskLine;
  step: string;
  milestones: readonly MilestoneBody[];
  onDone: () => void;
}) {
  const { task, step, milestones, onDone } = props;
  const [form] = Form.useForm<Values>();
  const { message } = App.useApp();
  const send = useSend<TaskLine, TaskStepBody>('post', `/tasks/${encodeURIComponent(task.id)}/steps`, {
    invalidate: TOUCHED,
  });
  const asks = ASKS[step];
  if (!asks) return null;
  const has = (field: keyof Values) => asks.fields.includes(field);
  const finish = async (values: Values) => {
    const { due, progress, number, ...texts } = values;
    const body: TaskStepBody = {
      step,
      revision: task.revision,
      ...texts,
      due: due ? due.format('YYYY-MM-DD') : null,
      progress: progress ?? null,
      number: number ?? null,
    };
    try {
      await send.mutateAsync(body);
      message.success('已保存');
      onDone();
    } catch (error) {
      const told = asProblem(error);
      const field = asks.fields.find((one) => one === told.field);
      if (field) form.setFields([{ name: field, errors: [told.message] }]);
      else message.error(told.message, 6);
    }
  };
  return (
    <Form
      form={form}
      layout="vertical"
      onFinish={(values) => void finish(values)}
      initialValues={{ progress: task.progress }}
    >
      {has('title') && (
        <Form.Item name="title" label="做什么" rules={[{ required: true, message: '请写明做什么' }]}>
          <Input maxLength={200} />
        </Form.Item>
      )}
      {has('progress') && (
        <Form.Item name="progress" label="进度（%）" rules={[{ required: true, message: '请填 0 到 100' }]}>
          <InputNumber min={0} max={100} />
        </Form.Item>
      )}
      {has('number') && (
        <Form.Item name="number" label="节点" rules={[{ required: true, message: '请选择节点' }]}>
          <Select
            options={milestones
              .filter((one) => one.reached === null)
              .map((one) => ({ value: one.number, label: `${one.title}（${one.due}）` }))}
          />
        </Form.Item>
      )}
      {has('department') && (
        <Form.Item name="department" label="科室" rules={[{ required: true, message: '请写明科室' }]}>
          <Input maxLength={60} />
        </Form.Item>
      )}
      {has('assignee') && (
        <Form.Item name="assignee" label="责任人（可不填）">
          <Input maxLength={60} />
        </Form.Item>
      )}
      {has('text') && (
        <Form.Item
          name="text"
          label={asks.text}
          rules={asks.textNeeded ? [{ required: true, whitespace: true, message: `请填写${asks.text}` }] : []}
        >
          <Input.TextArea rows={3} maxLength={2000} />
        </Form.Item>
      )}
      {has('due') && (
        <Form.Item
          name="due"
          label={asks.due}
          rules={asks.dueNeeded ? [{ required: true, message: `请选择${asks.due}` }] : []}
        >
          <DatePicker />
        </Form.Item>
      )}
      <Space>
        <Button type="primary" htmlType="submit" loading={send.isPending}>
          {VERBS[step]}
        </Button>
        <Button onClick={onDone}>取消</Button>
      </Space>
    </Form>
  );
}
