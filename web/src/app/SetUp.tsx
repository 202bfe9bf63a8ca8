import { Alert, Button, Form, Input } from 'antd';
import { useEffect, useState } from 'react';
import { Link } from 'react-router';
import { type ApiProblem, asProblem, post, useGet } from '../api/client';
import { Failure } from '../ui/Failure';
import { Loading } from '../ui/Loading';
import { Alone } from './Alone';
import { NewPassword } from './NewPassword';
import { useSession } from './session';
import type { Welcome } from './wire';

interface Fields {
  code: string;
  name: string;
  title: string;
  password: string;
}

/** The code of the link. It stands behind `#`, which browsers keep to themselves: no server or proxy logs it. */
export function codeOf(hash: string): string {
  const text = decodeURIComponent(hash.replace(/^#/, ''));
  return text.replace(/^code=/, '').trim();
}

/** The first administrator makes an account with the code that the service printed. */
export default function SetUp() {
  const welcome = useGet<Welcome>('/welcome');
  const { signIn } = useSession();
  const [code] = useState(() => codeOf(window.location.hash));
  const [problem, setProblem] = useState<ApiProblem | null>(null);
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    document.title = '初始化 · 标尺';
    // It must not stay in the address bar and the history.
    if (window.location.hash) window.history.replaceState(window.history.state, '', window.location.pathname);
  }, []);
  const submit = async ({ code: typed, name, title, password }: Fields) => {
    setBusy(true);
    setProblem(null);
    try {
      await post('/setup', { code: typed.trim(), name, title, password });
      await signIn({ name, password }, '/');
    } catch (error) {
      setProblem(asProblem(error));
    } finally {
      setBusy(false);
    }
  };
  if (welcome.isPending) return <Loading />;
  return (
    <Alone>
      <section className="bc-card bc-sign-in-form" aria-labelledby="set-up-title">
        <h1 id="set-up-title">建立第一个管理员</h1>
        {welcome.data?.setup_needed === false ? (
          <Alert
            type="info"
            showIcon
            title="已经有账号，不再需要初始化"
            description={<Link to="/sign-in">去登录</Link>}
          />
        ) : (
          <Form<Fields>
            layout="vertical"
            requiredMark={false}
            initialValues={{ code, name: '', title: '' }}
            onFinish={(fields) => void submit(fields)}
          >
            <Form.Item
              name="code"
              label="初始化码"
              extra="服务首次启动时打印，只能用一次；过期后运行 biaochi user setup 重新生成"
              rules={[{ required: true, message: '请输入初始化码' }]}
            >
              <Input autoComplete="off" autoFocus={code === ''} />
            </Form.Item>
            <Form.Item
              name="name"
              label="用户名"
              extra="2–64 个英文字母、汉字、数字、点、横线或下划线"
              rules={[{ required: true, message: '请输入用户名' }]}
            >
              <Input autoComplete="username" autoFocus={code !== ''} />
            </Form.Item>
            <Form.Item name="title" label="姓名或称呼" rules={[{ required: true, message: '请输入姓名或称呼' }]}>
              <Input autoComplete="name" />
            </Form.Item>
            <NewPassword label="密码" />
            {problem && (
              <Form.Item>
                <Failure problem={problem} />
              </Form.Item>
            )}
            <Button type="primary" htmlType="submit" block loading={busy}>
              建立并登录
            </Button>
          </Form>
        )}
      </section>
    </Alone>
  );
}
