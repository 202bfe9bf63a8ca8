import { Alert, Form, Input, Modal, Select, Spin } from 'antd';
import { useEffect, useState } from 'react';
import { useNavigate } from 'react-router';
import { useGet, useSend } from '../../api/client';
import { useMe } from '../../app/me';
import { useSelection } from '../../app/selection';
import { useAsk } from '../plans/useAsk';
import type { NewRunBody, RunSummary, SchemeBody } from './wire';

interface Values {
  scheme: string;
  organisation: string;
  period: string;
  parameters?: Record<string, string>;
}

/** Sets an assessment up: scheme, whose institutions, period, parameters. */
export function NewRun({ open, onClose }: { open: boolean; onClose: () => void }) {
  const me = useMe();
  const { organisation, period } = useSelection();
  const schemes = useGet<SchemeBody[]>(open ? '/assessment-schemes' : null);
  const [form] = Form.useForm<Values>();
  const chosen = Form.useWatch('scheme', form);
  const scheme = schemes.data?.find((one) => one.id === chosen);
  const navigate = useNavigate();
  const { attempt, busy } = useAsk();
  const send = useSend<RunSummary, NewRunBody>('post', '/assessments', { invalidate: ['/assessments'] });
  const seconds = useSeconds(busy);
  const begin = async (values: Values) => {
    const parameters = Object.fromEntries(
      Object.entries(values.parameters ?? {}).filter(([id, value]) => {
        const own = scheme?.parameters.find((one) => one.id === id);
        return value !== undefined && value !== own?.value;
      }),
    );
    await attempt(async () => {
      const run = await send.mutateAsync({ ...values, parameters });
      onClose();
      navigate(`/assessments/${run.run}`);
    }, '已冻结数据并算出得分');
  };
  const assumed = scheme?.parameters.filter((one) => one.assumed) ?? [];
  return (
    <Modal
      open={open}
      title="新考核"
      okText="冻结并计算"
      cancelText="取消"
      confirmLoading={busy}
      onOk={() => form.submit()}
      onCancel={onClose}
      width={640}
    >
      <Form<Values>
        form={form}
        layout="vertical"
        disabled={busy}
        initialValues={{ organisation, period: period.slice(0, 4) }}
        onFinish={(values) => void begin(values)}
      >
        <Form.Item name="scheme" label="方案" rules={[{ required: true, message: '请选择方案' }]}>
          <Select
            loading={schemes.isLoading}
            options={(schemes.data ?? [])
              .filter((one) => one.kind === 'scheme')
              .map((one) => ({ value: one.id, label: `${one.title}（${one.version}）` }))}
          />
        </Form.Item>
        <Form.Item name="organisation" label="考核谁的机构" rules={[{ required: true, message: '请选择考核对象' }]}>
          <Select
            showSearch
            optionFilterProp="label"
            options={me.organisations.map((one) => ({ value: one.code, label: one.name }))}
          />
        </Form.Item>
        <Form.Item name="period" label="考核时期" rules={[{ required: true, message: '请填写考核时期，如 2025' }]}>
          <Input maxLength={12} />
        </Form.Item>
        {assumed.length > 0 && (
          <details>
            <summary>方案有 {assumed.length} 处原文没有写明，按假定取值；可以改</summary>
            {assumed.map((one) => (
              <Form.Item
                key={one.id}
                name={['parameters', one.id]}
                label={one.title || one.id}
                initialValue={one.value}
                extra={one.question}
              >
                <Input maxLength={60} placeholder="未定" />
              </Form.Item>
            ))}
          </details>
        )}
      </Form>
      {busy ? (
        <p role="status">
          <Spin size="small" /> 正在取各机构各阶段的指标值并计算，已用 {seconds} 秒。请不要关闭本页。
        </p>
      ) : (
        <Alert
          type="info"
          showIcon
          title="机构、指标值、录入、加扣分事项和参数在此刻固定，以后录入的不影响这次考核。得分和等次是建议，发布后才定稿。"
        />
      )}
    </Modal>
  );
}

/** Seconds since something began. */
function useSeconds(running: boolean): number {
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    if (!running) return;
    setSeconds(0);
    const timer = setInterval(() => setSeconds((before) => before + 1), 1000);
    return () => clearInterval(timer);
  }, [running]);
  return seconds;
}
