import { Button, DatePicker, Form, Input, Select, Space } from 'antd';
import type { Dayjs } from 'dayjs';
import { useNavigate, useSearchParams } from 'react-router';
import { useSend } from '../../api/client';
import { useMay, useMe } from '../../app/me';
import { useSelection } from '../../app/selection';
import { Empty } from '../../ui/Empty';
import { Page } from '../../ui/Page';
import { useAsk } from './useAsk';
import type { AddedTasks, NewTasksBody } from './wire';

interface Values {
  organisation: string;
  title: string;
  deliverable?: string;
  cause?: string;
  department?: string;
  assignee?: string;
  due?: Dayjs;
}

/** A task that comes from an indicator, from a target, or from nothing but somebody's mind. */
export default function NewTaskPage() {
  const [search] = useSearchParams();
  const me = useMe();
  const mayBegin = useMay('enter', 'task');
  const mayAssign = useMay('assign', 'task');
  const { organisation } = useSelection();
  const navigate = useNavigate();
  const { attempt, busy } = useAsk();
  const send = useSend<AddedTasks, NewTasksBody>('post', '/tasks', { invalidate: ['/tasks'] });
  const indicator = search.get('indicator') ?? '';
  if (!mayBegin) {
    return (
      <Page title="新任务" crumbs={[{ title: '任务台账', to: '/plans/tasks' }]}>
        <Empty title="您没有登记任务的权限" hint="请联系绩效办或卫健委登记。" />
      </Page>
    );
  }
  const finish = (values: Values) =>
    attempt(async () => {
      const { organisation: whose, due, ...own } = values;
      const added = await send.mutateAsync({
        organisation: whose,
        own: { ...own, indicator, due: due ? due.format('YYYY-MM-DD') : null },
      });
      navigate(`/plans/tasks${added.id ? `?task=${encodeURIComponent(added.id)}` : ''}`);
    }, '任务已列入台账');
  return (
    <Page title="新任务" crumbs={[{ title: '任务台账', to: '/plans/tasks' }]}>
      {indicator && <p className="bc-quiet">出自指标 {indicator}</p>}
      <Form<Values>
        layout="vertical"
        style={{ maxWidth: 640 }}
        initialValues={{
          organisation,
          title: search.get('title') ?? (indicator ? `改进指标 ${indicator}` : ''),
          cause: search.get('cause') ?? '',
          department: search.get('department') ?? '',
        }}
        onFinish={(values) => void finish(values)}
      >
        <Form.Item name="organisation" label="由谁办理" rules={[{ required: true, message: '请选择机构' }]}>
          <Select
            showSearch
            optionFilterProp="label"
            options={me.organisations.map((one) => ({ value: one.code, label: one.name }))}
          />
        </Form.Item>
        <Form.Item
          name="title"
          label="要做什么"
          rules={[{ required: true, whitespace: true, message: '请写明要做什么' }]}
        >
          <Input maxLength={200} />
        </Form.Item>
        <Form.Item name="cause" label="起因">
          <Input.TextArea rows={2} maxLength={500} />
        </Form.Item>
        <Form.Item name="deliverable" label="完成标志">
          <Input maxLength={200} />
        </Form.Item>
        <Form.Item name="due" label="期限">
          <DatePicker />
        </Form.Item>
        <Form.Item name="department" label="科室" extra={mayAssign ? undefined : '您没有分派的权限，可以只登记'}>
          <Input maxLength={60} disabled={!mayAssign} />
        </Form.Item>
        <Form.Item name="assignee" label="责任人">
          <Input maxLength={60} disabled={!mayAssign} />
        </Form.Item>
        <Space>
          <Button type="primary" htmlType="submit" loading={busy}>
            登记任务
          </Button>
          <Button onClick={() => navigate(-1)}>取消</Button>
        </Space>
      </Form>
    </Page>
  );
}
