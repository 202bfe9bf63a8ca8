import { Form, Input, Select } from 'antd';
import { DayPicker } from '../../ui/DayPicker';
import { UnitInput } from './UnitInput';
import type { NewRoleBody, RoleInfo } from './wire';
import { today } from './words';
import './admin.css';

/** What is typed of a role. */
export interface RoleDraft {
  role?: string;
  unit?: string;
  first_day?: string;
  last_day?: string;
  reason?: string;
}

/** What is sent; `undefined` when no role was chosen. */
export function roleOf(draft: RoleDraft): NewRoleBody | undefined {
  if (!draft.role) return undefined;
  return {
    role: draft.role,
    unit: draft.unit ?? '',
    ...(draft.first_day ? { first_day: draft.first_day } : {}),
    ...(draft.last_day ? { last_day: draft.last_day } : {}),
    ...(draft.reason ? { reason: draft.reason } : {}),
  };
}

/** The fields of a role, in a form. */
export function RoleFields({ roles, required }: { roles: readonly RoleInfo[]; required?: boolean }) {
  const chosen = Form.useWatch<string | undefined>('role');
  const role = roles.find((one) => one.id === chosen);
  const needed = Boolean(required || chosen);
  const levels = role ? `可以授予：${role.levels.map((level) => level.text).join('、')}。${role.duty}` : undefined;
  return (
    <>
      <Form.Item
        name="role"
        label="角色"
        extra={levels}
        rules={[{ required: Boolean(required), message: '请选择角色' }]}
      >
        <Select
          allowClear
          placeholder="选择角色"
          options={roles.map((one) => ({ value: one.id, label: one.title }))}
          showSearch={{ optionFilterProp: 'label' }}
        />
      </Form.Item>
      <Form.Item
        name="unit"
        label="范围"
        rules={[{ required: needed, message: '请选择角色管到哪里' }]}
        extra="科室写作 department:机构代码/科室代码"
      >
        <UnitInput />
      </Form.Item>
      <div className="bc-admin-row">
        <Form.Item name="first_day" label="起始日">
          <DayPicker placeholder={today()} />
        </Form.Item>
        <Form.Item name="last_day" label="终止日（不填为一直有效）">
          <DayPicker placeholder="一直有效" />
        </Form.Item>
      </div>
      <Form.Item name="reason" label="理由">
        <Input maxLength={200} placeholder="如：岗位调整" />
      </Form.Item>
    </>
  );
}
