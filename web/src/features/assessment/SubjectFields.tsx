import { Form, Select } from 'antd';
import { useGet } from '../../api/client';
import type { InstitutionBody, RunBody } from './wire';
import { itemLabel } from './words';

/** What an objection or a change is about. */
export interface Subject {
  organisation: string;
  phase?: string;
  item?: string;
}

/** Institution, phase and item of a form: the items are those that the institution was scored by. */
export function SubjectFields(props: {
  found: RunBody;
  /** Of all institutions, or of those that the person answers for. */
  all?: boolean;
  phaseRequired?: boolean;
}) {
  const { found, all, phaseRequired } = props;
  const form = Form.useFormInstance<Subject>();
  const organisation = Form.useWatch('organisation', form) as string | undefined;
  const phase = Form.useWatch('phase', form) as string | undefined;
  const item = Form.useWatch('item', form) as string | undefined;
  const of = useInstitution(found.run.run, organisation);
  const institutions = found.institutions.filter((one) => all || one.can_open);
  const items = (of.data?.items ?? []).filter((one) => one.phase === phase);
  const chosen = items.find((one) => one.item === item);
  const whole = of.data?.phases.find((one) => one.id === phase);
  return (
    <>
      <Form.Item name="organisation" label="机构" rules={[{ required: true, message: '请选择机构' }]}>
        <Select
          showSearch
          optionFilterProp="label"
          options={institutions.map((one) => ({ value: one.organisation, label: one.name }))}
          onChange={() => form.setFieldsValue({ item: undefined })}
        />
      </Form.Item>
      <Form.Item
        name="phase"
        label={phaseRequired ? '阶段' : '阶段（不选为总分）'}
        rules={phaseRequired ? [{ required: true, message: '请选择阶段' }] : []}
        extra={whole && !chosen ? `现在 ${whole.score ?? '—'} 分，满分 ${whole.scale} 分` : undefined}
      >
        <Select
          allowClear={!phaseRequired}
          options={found.phases.map((one) => ({ value: one.id, label: one.title }))}
          onChange={() => form.setFieldsValue({ item: undefined })}
        />
      </Form.Item>
      <Form.Item
        name="item"
        label="项目（不选为整个阶段）"
        extra={
          chosen
            ? `可得 ${chosen.low}–${chosen.high} 分；${chosen.rule}。${chosen.reason}`
            : phase
              ? undefined
              : '先选阶段'
        }
      >
        <Select
          showSearch
          allowClear
          optionFilterProp="label"
          disabled={!phase}
          loading={of.isLoading}
          notFoundContent={of.isLoading ? '正在读取项目' : '这个阶段没有按项目计分'}
          options={items.map((one) => ({ value: one.item, label: itemLabel(one) }))}
        />
      </Form.Item>
    </>
  );
}

/** How an institution of a run was scored. */
export function useInstitution(run: string, organisation: string | undefined) {
  const path = `/assessments/${encodeURIComponent(run)}/institutions/${encodeURIComponent(organisation ?? '')}`;
  return useGet<InstitutionBody>(organisation ? path : null);
}
