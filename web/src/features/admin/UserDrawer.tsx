import { Alert, App, Button, Descriptions, Form, Input, Modal, Space } from 'antd';
import { useState } from 'react';
import { post, useGet } from '../../api/client';
import { send } from '../../api/request';
import type { Welcome } from '../../app/wire';
import { type Column, DataTable } from '../../ui/DataTable';
import { Detail } from '../../ui/Detail';
import { Failure } from '../../ui/Failure';
import { Loading } from '../../ui/Loading';
import { Status } from '../../ui/Status';
import { type RoleDraft, RoleFields, roleOf } from './RoleFields';
import { useStep } from './step';
import type { HeldAssignment, RoleInfo, UserAccount, UserAnswer, UserChange } from './wire';
import { identityText, lostByDisabling, standing, time, today } from './words';
import './admin.css';

const CHANGED = ['/users', '/tokens', '/audit'];

interface UserDrawerProps {
  name: string | null;
  roles: readonly RoleInfo[];
  onClose: () => void;
  onSecret: (secret: string | null) => void;
}

/** A step that is asked about before it is done. */
interface Asked {
  title: string;
  lost: string[];
  verb: string;
  said: string;
  change: Omit<UserChange, 'revision' | 'reason'>;
  /** What the identity provider calls the person is asked for as well. */
  named?: boolean;
}

/** One account: its roles, and what can be done with it. */
export function UserDrawer({ name, roles, onClose, onSecret }: UserDrawerProps) {
  const path = name === null ? null : `/users/${encodeURIComponent(name)}`;
  const user = useGet<UserAccount>(path);
  const welcome = useGet<Welcome>('/welcome');
  const [asked, setAsked] = useState<Asked | null>(null);
  const [reason, setReason] = useState('');
  const [external, setExternal] = useState('');
  const [granting, setGranting] = useState(false);
  const [ending, setEnding] = useState<HeldAssignment | null>(null);
  const { busy, run } = useStep(CHANGED);
  const { modal } = App.useApp();
  const [form] = Form.useForm<RoleDraft>();
  const data = user.data;

  const change = async () => {
    if (!data || !asked || !path) return;
    const named = asked.named ? { external_name: external } : {};
    const body: UserChange = { revision: data.revision, reason, ...asked.change, ...named };
    const done = await run(
      async () => (await (await send('PATCH', path, undefined, body)).json()) as UserAnswer,
      asked.said,
    );
    if (!done) return;
    setAsked(null);
    setReason('');
    setExternal('');
    if (done.password) onSecret(done.password);
  };
  const grant = async (draft: RoleDraft) => {
    const body = roleOf(draft);
    if (!path || !body) return;
    const done = await run(() => post<UserAnswer>(`${path}/roles`, body), '已授予角色');
    if (!done) return;
    form.resetFields();
    setGranting(false);
    if (done.notice) modal.warning({ title: '请核对', content: done.notice });
  };
  const end = async () => {
    if (!path || !ending) return;
    const done = await run(() => post<UserAnswer>(`${path}/roles/${ending.number}/end`, { reason }), '已终止角色');
    if (!done) return;
    setEnding(null);
    setReason('');
  };

  const columns: Column<HeldAssignment>[] = [
    { key: 'role', title: '角色', width: 110, value: (role) => role.role_title },
    { key: 'unit', title: '范围', value: (role) => role.unit_name ?? role.unit },
    { key: 'days', title: '起止', width: 190, value: (role) => `${role.first_day} – ${role.last_day ?? '一直有效'}` },
    {
      key: 'standing',
      title: '状态',
      width: 90,
      value: (role) => standing(role, today()),
      render: (role) => <Status tone={role.counts ? 'good' : 'neutral'} text={standing(role, today())} />,
    },
    {
      key: 'act',
      title: '',
      width: 70,
      value: () => null,
      render: (role) =>
        data?.may_change && (role.counts || role.first_day > today()) ? (
          <Button size="small" type="link" onClick={() => setEnding(role)}>
            终止
          </Button>
        ) : (
          ''
        ),
    },
  ];

  return (
    <Detail
      open={name !== null}
      title={data ? `${data.title}（${data.name}）` : (name ?? '')}
      width={720}
      onClose={onClose}
    >
      {user.error && <Failure problem={user.error} retry={() => void user.refetch()} />}
      {!data && !user.error && <Loading />}
      {data && (
        <>
          <Descriptions
            column={2}
            size="small"
            items={[
              { key: 'org', label: '机构', children: data.organisation_name || data.organisation || '全局' },
              { key: 'state', label: '状态', children: data.state_text },
              {
                key: 'password',
                label: '密码',
                children: !data.has_password ? '没有，只能用令牌' : data.must_change_password ? '须先修改' : '已设置',
              },
              { key: 'factor', label: '动态口令', children: data.second_factor ? '已启用' : '未启用' },
              { key: 'identity', label: '统一身份认证', children: identityText(data.identity) },
              { key: 'last', label: '上次登录', children: time(data.last_sign_in) },
              { key: 'made', label: '建立', children: `${time(data.created_at)}，${data.created_by}` },
            ]}
          />
          {data.locked_until && (
            <Alert
              type="warning"
              showIcon
              title={`登录失败次数过多，${time(data.locked_until)} 之前不能登录`}
              style={{ marginBlock: 12 }}
            />
          )}
          <h2 className="bc-admin-h2">角色</h2>
          <DataTable
            label="角色"
            rows={data.roles}
            columns={columns}
            rowKey={(role) => String(role.number)}
            empty={<p className="bc-quiet">还没有角色：登录后什么也看不到。</p>}
          />
          {data.may_change && (
            <Space wrap style={{ marginTop: 16 }}>
              {data.own ? (
                <span className="bc-quiet">自己的角色和密码由另一位管理员办理</span>
              ) : (
                <>
                  <Button type="primary" onClick={() => setGranting(true)}>
                    授予角色
                  </Button>
                  {data.has_password && (
                    <Button
                      onClick={() =>
                        setAsked({
                          title: `重设 ${data.name} 的密码`,
                          lost: ['原密码作废，生成一次性密码', '已登录的立即退出', '这个账号的全部令牌撤销，不能恢复'],
                          verb: '重设密码',
                          said: '密码已重设',
                          change: { reset_password: true },
                        })
                      }
                    >
                      重设密码
                    </Button>
                  )}
                  {data.second_factor && (
                    <Button
                      onClick={() =>
                        setAsked({
                          title: `停用 ${data.name} 的动态口令`,
                          lost: ['登录只凭密码，直到本人重新启用', '手机里原来的动态口令不再有效'],
                          verb: '停用动态口令',
                          said: '动态口令已停用',
                          change: { drop_second_factor: true },
                        })
                      }
                    >
                      停用动态口令
                    </Button>
                  )}
                  {welcome.data?.single_sign_on && (
                    <Button
                      onClick={() =>
                        setAsked({
                          title: `指定 ${data.name} 的统一身份账号`,
                          lost: data.identity?.linked ? ['现在绑定的人不能再用统一身份认证登录本账号'] : [],
                          verb: '指定',
                          said: '已指定，那个人首次用统一身份认证登录时绑定',
                          change: {},
                          named: true,
                        })
                      }
                    >
                      指定统一身份账号
                    </Button>
                  )}
                  {data.identity && (
                    <Button
                      onClick={() =>
                        setAsked({
                          title: `解除 ${data.name} 的统一身份绑定`,
                          lost: ['不能再用统一身份认证登录本账号，直到重新绑定或指定'],
                          verb: '解除绑定',
                          said: '已解除统一身份绑定',
                          change: { drop_identity: true },
                        })
                      }
                    >
                      解除统一身份绑定
                    </Button>
                  )}
                  {data.locked_until && (
                    <Button
                      onClick={() =>
                        setAsked({
                          title: `解除 ${data.name} 的锁定`,
                          lost: [],
                          verb: '解除锁定',
                          said: '已解除锁定',
                          change: { unlock: true },
                        })
                      }
                    >
                      解除锁定
                    </Button>
                  )}
                  {data.state === 'active' ? (
                    <Button
                      danger
                      onClick={() =>
                        setAsked({
                          title: `停用 ${data.name}`,
                          lost: lostByDisabling(data),
                          verb: '停用',
                          said: '账号已停用',
                          change: { state: 'disabled' },
                        })
                      }
                    >
                      停用账号
                    </Button>
                  ) : (
                    <Button
                      onClick={() =>
                        setAsked({
                          title: `启用 ${data.name}`,
                          lost: [],
                          verb: '启用',
                          said: '账号已启用',
                          change: { state: 'active' },
                        })
                      }
                    >
                      启用账号
                    </Button>
                  )}
                </>
              )}
            </Space>
          )}
        </>
      )}
      <Modal
        open={asked !== null}
        title={asked?.title}
        okText={asked?.verb}
        cancelText="取消"
        okButtonProps={{
          danger: (asked?.lost.length ?? 0) > 0,
          disabled: asked?.named === true && external.trim() === '',
        }}
        confirmLoading={busy}
        onOk={() => void change()}
        onCancel={() => setAsked(null)}
      >
        {asked && asked.lost.length > 0 && (
          <ul>
            {asked.lost.map((one) => (
              <li key={one}>{one}</li>
            ))}
          </ul>
        )}
        {asked?.named && (
          <Input
            aria-label="统一身份账号"
            placeholder="统一身份认证中的工号或用户名，须一字不差"
            maxLength={200}
            value={external}
            onChange={(event) => setExternal(event.target.value)}
            style={{ marginBottom: 12 }}
          />
        )}
        <Input
          aria-label="理由"
          placeholder="理由（记入审计日志）"
          maxLength={200}
          value={reason}
          onChange={(event) => setReason(event.target.value)}
        />
      </Modal>
      <Modal
        open={ending !== null}
        title={`终止 ${data?.name ?? ''} 的角色`}
        okText="终止"
        cancelText="取消"
        okButtonProps={{ danger: true }}
        confirmLoading={busy}
        onOk={() => void end()}
        onCancel={() => setEnding(null)}
      >
        <p>
          “{ending?.role_title}”（{ending?.unit_name ?? ending?.unit}）从今天起失效。要恢复须重新授予。
        </p>
        <Input
          aria-label="理由"
          placeholder="理由（记入审计日志）"
          maxLength={200}
          value={reason}
          onChange={(event) => setReason(event.target.value)}
        />
      </Modal>
      <Modal
        open={granting}
        title={`授予 ${data?.name ?? ''} 角色`}
        okText="授予"
        cancelText="取消"
        confirmLoading={busy}
        onOk={() => form.submit()}
        onCancel={() => setGranting(false)}
        destroyOnHidden
      >
        <Form form={form} layout="vertical" onFinish={(draft) => void grant(draft)}>
          <RoleFields roles={roles} required />
        </Form>
      </Modal>
    </Detail>
  );
}
