import { PlusOutlined } from '@ant-design/icons';
import { Button, Input, Select } from 'antd';
import { useState } from 'react';
import { useGet } from '../../api/client';
import { useMay } from '../../app/me';
import { useUrlState } from '../../app/selection';
import { type Column, DataTable } from '../../ui/DataTable';
import { Empty } from '../../ui/Empty';
import { Page } from '../../ui/Page';
import { Status } from '../../ui/Status';
import { NewUser } from './NewUser';
import { Secret } from './Secret';
import { UserDrawer } from './UserDrawer';
import type { RoleInfo, Page as Rows, UserAccount } from './wire';
import { rolesOf, time } from './words';

function State({ user }: { user: UserAccount }) {
  if (user.state !== 'active') return <Status tone="neutral" text={user.state_text} />;
  if (user.locked_until) return <Status tone="bad" text="已锁定" />;
  if (user.must_change_password) return <Status tone="info" text="待改密码" />;
  return <Status tone="good" text={user.state_text} />;
}

const COLUMNS: Column<UserAccount>[] = [
  { key: 'name', title: '用户名', width: 150, sortable: true },
  { key: 'title', title: '姓名', width: 180, sortable: true },
  {
    key: 'organisation',
    title: '机构',
    width: 200,
    sortable: true,
    value: (user) => user.organisation_name || user.organisation || '全局',
  },
  { key: 'roles', title: '今天有效的角色', value: rolesOf },
  {
    key: 'state',
    title: '状态',
    width: 110,
    sortable: true,
    value: (user) => user.state_text,
    render: (user) => <State user={user} />,
  },
  { key: 'second_factor', title: '动态口令', width: 90, value: (user) => (user.second_factor ? '已启用' : '未启用') },
  { key: 'last_sign_in', title: '上次登录', width: 170, sortable: true, value: (user) => time(user.last_sign_in) },
];

/** 用户: who has an account, and what it may do. */
export default function Users() {
  const [text, setText] = useUrlState<string>('text', '');
  const [state, setState] = useUrlState<string>('state', '');
  const [role, setRole] = useUrlState<string>('role', '');
  const [open, setOpen] = useUrlState<string>('user', '');
  const [adding, setAdding] = useState(false);
  const [secret, setSecret] = useState<string | null>(null);
  const mayChange = useMay('configure', 'account');
  const users = useGet<Rows<UserAccount>>(
    '/users',
    { text, state, role, limit: 500 },
    { placeholderData: (before) => before },
  );
  const roles = useGet<RoleInfo[]>('/roles');
  const rows = users.data?.items ?? [];
  return (
    <Page
      title="用户"
      crumbs={[{ title: '管理' }]}
      actions={
        <Button
          type="primary"
          icon={<PlusOutlined />}
          disabled={!mayChange}
          title={mayChange ? undefined : '您的角色只能查看账号'}
          onClick={() => setAdding(true)}
        >
          新建用户
        </Button>
      }
      filters={
        <>
          <Input.Search
            aria-label="查找用户"
            placeholder="用户名、姓名、机构代码"
            allowClear
            defaultValue={text}
            onSearch={setText}
            style={{ width: 240 }}
          />
          <Select
            aria-label="状态"
            value={state}
            onChange={setState}
            style={{ width: 120 }}
            options={[
              { value: '', label: '全部状态' },
              { value: 'active', label: '启用' },
              { value: 'disabled', label: '停用' },
            ]}
          />
          <Select
            aria-label="角色"
            value={role}
            onChange={setRole}
            style={{ width: 160 }}
            options={[
              { value: '', label: '全部角色' },
              ...(roles.data ?? []).map((one) => ({ value: one.id, label: one.title })),
            ]}
          />
        </>
      }
    >
      <DataTable
        label="用户"
        rows={rows}
        columns={COLUMNS}
        rowKey="name"
        loading={users.isFetching}
        failure={users.error}
        retry={() => void users.refetch()}
        exportName="用户"
        selectedKey={open || null}
        onOpen={(user) => setOpen(user.name)}
        toolbar={
          users.data?.next
            ? `只列出前 ${rows.length} 个，共 ${users.data.total ?? ''} 个。请缩小范围`
            : `${rows.length} 个账号`
        }
        empty={<Empty title="没有符合条件的账号" hint="放宽筛选条件，或新建用户。" />}
      />
      <UserDrawer name={open || null} roles={roles.data ?? []} onClose={() => setOpen('')} onSecret={setSecret} />
      <NewUser
        open={adding}
        roles={roles.data ?? []}
        onClose={() => setAdding(false)}
        onMade={(answer) => {
          setAdding(false);
          setOpen(answer.user.name);
          setSecret(answer.password);
        }}
      />
      <Secret
        title="一次性密码"
        secret={secret}
        hint="请当面或电话交给本人，不要写在群里。本人登录后须立即改成自己的密码。"
        onClose={() => setSecret(null)}
      />
    </Page>
  );
}
