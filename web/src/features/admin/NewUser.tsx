import { Checkbox, Form, Input, Modal } from 'antd';
import { post } from '../../api/client';
import { type RoleDraft, RoleFields, roleOf } from './RoleFields';
import { useStep } from './step';
import { UnitInput } from './UnitInput';
import type { NewUserBody, RoleInfo, UserAnswer } from './wire';

interface Fields extends RoleDraft {
  name: string;
  title?: string;
  organisation?: string;
  program?: boolean;
}

const CHANGED = ['/users', '/audit'];

interface NewUserProps {
  open: boolean;
  roles: readonly RoleInfo[];
  onClose: () => void;
  onMade: (answer: UserAnswer) => void;
}

/** Makes an account, with its first role. */
export function NewUser({ open, roles, onClose, onMade }: NewUserProps) {
  const [form] = Form.useForm<Fields>();
  const { busy, run } = useStep(CHANGED);
  const submit = async (fields: Fields) => {
    const role = roleOf(fields);
    const body: NewUserBody = {
      name: fields.name,
      title: fields.title ?? '',
      organisation: fields.organisation ?? '',
      program: Boolean(fields.program),
      ...(role ? { role } : {}),
    };
    const made = await run(() => post<UserAnswer>('/users', body), `已建立账号 ${fields.name}`);
    if (!made) return;
    if (made.notice) Modal.warning({ title: '请核对', content: made.notice });
    form.resetFields();
    onMade(made);
  };
  return (
    <Modal
      open={open}
      title="新建用户"
      okText="新建"
      cancelText="取消"
      confirmLoading={busy}
      onOk={() => form.submit()}
      onCancel={onClose}
      destroyOnHidden
    >
      <Form form={form} layout="vertical" onFinish={(fields) => void submit(fields)}>
        <Form.Item
          name="name"
          label="用户名"
          rules={[{ required: true, message: '请填写用户名' }]}
          extra="2–64 个英文字母、汉字、数字、点、横线或下划线，不区分大小写"
        >
          <Input autoFocus autoComplete="off" maxLength={64} />
        </Form.Item>
        <Form.Item name="title" label="姓名">
          <Input maxLength={60} autoComplete="off" />
        </Form.Item>
        <Form.Item name="organisation" label="管理机构" extra="由哪家机构的管理员管理；不填为全局账号">
          <UnitInput institutions placeholder="输入医院名称或代码" />
        </Form.Item>
        <RoleFields roles={roles} />
        <Form.Item name="program" valuePropName="checked">
          <Checkbox>供程序使用（没有密码，只能用令牌）</Checkbox>
        </Form.Item>
      </Form>
    </Modal>
  );
}
