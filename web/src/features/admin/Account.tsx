import { Alert, Button, Form, Input, InputNumber, Modal, Select, Space } from 'antd';
import { type ReactNode, useState } from 'react';
import { useLocation, useNavigate } from 'react-router';
import { del, post, put, useGet } from '../../api/client';
import { FactorScan } from '../../app/FactorScan';
import { useMe } from '../../app/me';
import { signOnEnd } from '../../app/singleSignOn';
import type { FactorDraft } from '../../app/wire';
import { type Column, DataTable } from '../../ui/DataTable';
import { Empty } from '../../ui/Empty';
import { Page } from '../../ui/Page';
import { Status } from '../../ui/Status';
import { Secret } from './Secret';
import { useStep } from './step';
import type { LinkStart, MadeTokenAnswer, NewTokenBody, OwnIdentity, OwnSession, TokenInfo } from './wire';
import { time } from './words';
import './admin.css';

const FACTOR = ['/me'];
const IDENTITY = ['/me/identity'];
const SESSIONS = ['/sessions'];
const TOKENS = ['/tokens'];

/** 我的账号: password, second factor, identity provider, sessions, tokens. */
export default function Account() {
  const me = useMe();
  const navigate = useNavigate();
  return (
    <Page title="我的账号" actions={<Button onClick={() => void navigate('/password?next=/account')}>修改密码</Button>}>
      <p>
        {me.title}（{me.name}）：{me.roles.map((role) => role.title).join('、') || '今天没有有效的角色'}
      </p>
      <h2 className="bc-admin-h2">动态口令</h2>
      <Factor on={me.second_factor} />
      <Identity />
      <h2 className="bc-admin-h2">已登录的会话</h2>
      <Sessions />
      <h2 className="bc-admin-h2">令牌</h2>
      <Tokens />
    </Page>
  );
}

function Factor({ on }: { on: boolean }) {
  const [asking, setAsking] = useState<'begin' | 'drop' | null>(null);
  const [password, setPassword] = useState('');
  const [draft, setDraft] = useState<FactorDraft | null>(null);
  const [code, setCode] = useState('');
  const { busy, run } = useStep(FACTOR);
  const proven = async () => {
    if (asking === 'begin') {
      const made = await run(() => post<FactorDraft>('/me/second-factor', { password }));
      if (!made) return;
      setDraft(made);
    } else {
      const done = await run(async () => {
        await post('/me/second-factor/drop', { password });
        return true;
      }, '动态口令已停用');
      if (!done) return;
    }
    setAsking(null);
    setPassword('');
  };
  const confirm = async () => {
    const done = await run(async () => {
      await put('/me/second-factor', { code });
      return true;
    }, '动态口令已启用，此后登录都要输入');
    if (!done) return;
    setDraft(null);
    setCode('');
  };
  return (
    <>
      <Space wrap>
        <Status tone={on ? 'good' : 'warn'} text={on ? '已启用：登录要输入认证器的六位数字' : '未启用：登录只凭密码'} />
        <Button onClick={() => setAsking('begin')}>{on ? '换一个认证器' : '启用'}</Button>
        {on && (
          <Button danger onClick={() => setAsking('drop')}>
            停用
          </Button>
        )}
      </Space>
      <ProvePassword
        open={asking !== null}
        title={asking === 'drop' ? '停用动态口令' : '启用动态口令'}
        okText={asking === 'drop' ? '停用' : '下一步'}
        danger={asking === 'drop'}
        busy={busy}
        password={password}
        onPassword={setPassword}
        onProve={() => void proven()}
        onCancel={() => setAsking(null)}
      >
        {asking === 'drop'
          ? '停用后登录只凭密码，手机里的动态口令不再有效。请输入密码确认是本人。'
          : '请输入密码，确认是本人。'}
      </ProvePassword>
      <Modal
        open={draft !== null}
        title="用认证器应用扫描"
        okText="确认启用"
        cancelText="取消"
        okButtonProps={{ disabled: code.trim().length < 6 }}
        confirmLoading={busy}
        onOk={() => void confirm()}
        onCancel={() => setDraft(null)}
      >
        {draft && <FactorScan draft={draft} code={code} onCode={setCode} />}
      </Modal>
    </>
  );
}

/** 统一身份认证: shown where there is a provider, or a link that is left of one. */
function Identity() {
  const { search } = useLocation();
  const identity = useGet<OwnIdentity>('/me/identity', undefined, { staleTime: 0 });
  const [asking, setAsking] = useState<'link' | 'drop' | null>(null);
  const [password, setPassword] = useState('');
  const { busy, run } = useStep(IDENTITY);
  const data = identity.data;
  if (!data || (!data.label && !data.linked)) return null;
  const end = signOnEnd(search);
  const proven = async () => {
    if (asking === 'link') {
      const begun = await run(() => post<LinkStart>('/me/identity', { password }));
      if (begun) window.location.assign(begun.address);
      return;
    }
    const done = await run(async () => {
      await post('/me/identity/drop', { password });
      return true;
    }, '已解除绑定，以后用密码登录');
    if (!done) return;
    setAsking(null);
    setPassword('');
  };
  const linked = `已绑定${data.shown ? `：${data.shown}` : ''}${data.linked_at ? `，${time(data.linked_at)}` : ''}`;
  const open = data.expected ? '管理员已指定，首次用统一身份认证登录时绑定' : '未绑定：只能用密码登录';
  return (
    <>
      <h2 className="bc-admin-h2">统一身份认证</h2>
      {end && (
        <Alert
          type={end.linked ? 'success' : 'warning'}
          showIcon
          title={end.text}
          style={{ marginBottom: 12, maxWidth: 720 }}
        />
      )}
      <Space wrap>
        <Status tone={data.linked ? 'good' : 'neutral'} text={data.linked ? linked : open} />
        {!data.linked && <Button onClick={() => setAsking('link')}>绑定统一身份认证</Button>}
        {data.linked && (
          <Button danger onClick={() => setAsking('drop')}>
            解除绑定
          </Button>
        )}
      </Space>
      <ProvePassword
        open={asking !== null}
        title={asking === 'drop' ? '解除统一身份绑定' : '绑定统一身份认证'}
        okText={asking === 'drop' ? '解除' : '去登录'}
        danger={asking === 'drop'}
        busy={busy}
        password={password}
        onPassword={setPassword}
        onProve={() => void proven()}
        onCancel={() => setAsking(null)}
      >
        {asking === 'drop'
          ? '解除后不能再用统一身份认证登录本账号。请输入密码确认是本人。'
          : '接着到统一身份认证登录一次，登录的那个人就绑定到本账号。请先输入本账号的密码，确认是本人。'}
      </ProvePassword>
    </>
  );
}

function Sessions() {
  const sessions = useGet<OwnSession[]>('/sessions', undefined, { staleTime: 0 });
  const { busy, run } = useStep(SESSIONS);
  const others = (sessions.data ?? []).filter((one) => !one.current).length;
  const columns: Column<OwnSession>[] = [
    { key: 'origin', title: '来源地址' },
    { key: 'opened_at', title: '登录时间', width: 180, value: (one) => time(one.opened_at) },
    { key: 'seen_at', title: '最近使用', width: 180, value: (one) => time(one.seen_at) },
    { key: 'expires_at', title: '最迟到', width: 180, value: (one) => time(one.expires_at) },
    { key: 'second_factor', title: '动态口令', width: 100, value: (one) => (one.second_factor ? '用过' : '没有') },
    {
      key: 'act',
      title: '',
      width: 100,
      value: () => null,
      render: (one) =>
        one.current ? (
          '本次登录'
        ) : (
          <Button
            size="small"
            danger
            loading={busy}
            onClick={() => void run(() => del(`/sessions/${one.id}`), '已退出那个会话')}
          >
            退出
          </Button>
        ),
    },
  ];
  return (
    <DataTable
      label="已登录的会话"
      rows={sessions.data ?? []}
      columns={columns}
      rowKey="id"
      loading={sessions.isFetching}
      failure={sessions.error}
      height={260}
      toolbar={
        <Button
          size="small"
          disabled={others === 0}
          loading={busy}
          onClick={() => void run(() => del('/sessions'), `已退出其他 ${others} 个会话`)}
        >
          退出其他会话
        </Button>
      }
    />
  );
}

/** What tokens are mostly made for. */
const PERMISSIONS = [
  { value: 'read:indicator', label: '查看指标' },
  { value: 'export:indicator', label: '导出指标' },
  { value: 'read:grouping', label: '查看病组分析' },
  { value: 'read:plan', label: '查看方案' },
  { value: 'read:assessment', label: '查看绩效考核' },
  { value: 'read:dataset', label: '查看数据填报' },
  { value: 'enter:dataset', label: '录入数据填报' },
  { value: 'enter:front_page', label: '导入病案首页' },
  { value: 'read:worklist', label: '查看质控清单' },
  { value: 'read:audit', label: '查看审计日志' },
];

function Tokens() {
  const tokens = useGet<TokenInfo[]>('/tokens', { own: true });
  const [adding, setAdding] = useState(false);
  const [secret, setSecret] = useState<string | null>(null);
  const [revoking, setRevoking] = useState<TokenInfo | null>(null);
  const [form] = Form.useForm<NewTokenBody>();
  const { busy, run } = useStep(TOKENS);
  const make = async (body: NewTokenBody) => {
    const made = await run(() => post<MadeTokenAnswer>('/tokens', body));
    if (!made) return;
    setAdding(false);
    setSecret(made.secret);
  };
  const columns: Column<TokenInfo>[] = [
    { key: 'id', title: '编号', width: 100 },
    { key: 'title', title: '用途' },
    { key: 'permissions', title: '权限', value: (token) => token.permissions.map((one) => one.text).join('，') },
    { key: 'expires_at', title: '有效至', width: 170, value: (token) => time(token.expires_at) },
    { key: 'seen_at', title: '最近使用', width: 170, value: (token) => time(token.seen_at) },
    {
      key: 'holds',
      title: '状态',
      width: 100,
      value: (token) => (token.holds ? '有效' : token.revoked_at ? '已撤销' : '已过期'),
      render: (token) => (
        <Status
          tone={token.holds ? 'good' : 'neutral'}
          text={token.holds ? '有效' : token.revoked_at ? '已撤销' : '已过期'}
        />
      ),
    },
    {
      key: 'act',
      title: '',
      width: 80,
      value: () => null,
      render: (token) =>
        token.holds ? (
          <Button size="small" danger onClick={() => setRevoking(token)}>
            撤销
          </Button>
        ) : (
          ''
        ),
    },
  ];
  return (
    <>
      <DataTable
        label="令牌"
        rows={tokens.data ?? []}
        columns={columns}
        rowKey="id"
        loading={tokens.isFetching}
        failure={tokens.error}
        height={260}
        toolbar={
          <Button size="small" onClick={() => setAdding(true)}>
            新建令牌
          </Button>
        }
        empty={<Empty title="还没有令牌" hint="程序以您的名义取数时才需要；权限不超过您的角色。" />}
      />
      <Modal
        open={adding}
        title="新建令牌"
        okText="新建"
        cancelText="取消"
        confirmLoading={busy}
        onOk={() => form.submit()}
        onCancel={() => setAdding(false)}
        destroyOnHidden
      >
        <Alert type="info" showIcon title="程序凭令牌以您的名义行事，权限不超过您的角色" style={{ marginBottom: 12 }} />
        <Form form={form} layout="vertical" initialValues={{ days: 90 }} onFinish={(body) => void make(body)}>
          <Form.Item name="title" label="用途" rules={[{ required: true, message: '请写明给哪个程序用' }]}>
            <Input maxLength={60} />
          </Form.Item>
          <Form.Item
            name="permissions"
            label="权限"
            rules={[{ required: true, message: '至少一项权限' }]}
            extra="也可以直接写 动作:资源，如 read:task"
          >
            <Select mode="tags" options={PERMISSIONS} />
          </Form.Item>
          <Form.Item name="days" label="有效天数" rules={[{ required: true, message: '请填写天数' }]}>
            <InputNumber min={1} max={366} precision={0} />
          </Form.Item>
        </Form>
      </Modal>
      <Modal
        open={revoking !== null}
        title={`撤销令牌 ${revoking?.id ?? ''}`}
        okText="撤销"
        cancelText="取消"
        okButtonProps={{ danger: true }}
        confirmLoading={busy}
        onCancel={() => setRevoking(null)}
        onOk={() => void run(() => del(`/tokens/${revoking?.id ?? ''}`), '令牌已撤销').then(() => setRevoking(null))}
      >
        <p>使用“{revoking?.title}”的程序立即取不到数据。撤销后不能恢复，只能新建。</p>
      </Modal>
      <Secret
        title="令牌"
        secret={secret}
        hint="请存放在只有那个程序能读的地方。库里只有它的哈希，丢失后只能新建。"
        onClose={() => setSecret(null)}
      />
    </>
  );
}

interface ProvePasswordProps {
  open: boolean;
  title: string;
  okText: string;
  /** What follows takes something away. */
  danger: boolean;
  busy: boolean;
  password: string;
  onPassword: (password: string) => void;
  onProve: () => void;
  onCancel: () => void;
  /** What follows, in a sentence. */
  children: ReactNode;
}

/** Asks for the own password before something about the account changes. */
function ProvePassword(props: ProvePasswordProps) {
  return (
    <Modal
      open={props.open}
      title={props.title}
      okText={props.okText}
      cancelText="取消"
      okButtonProps={{ danger: props.danger, disabled: props.password === '' }}
      confirmLoading={props.busy}
      onOk={props.onProve}
      onCancel={props.onCancel}
    >
      <p>{props.children}</p>
      <Input.Password
        aria-label="本人的密码"
        autoComplete="current-password"
        value={props.password}
        onChange={(event) => props.onPassword(event.target.value)}
      />
    </Modal>
  );
}
