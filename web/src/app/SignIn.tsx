import { Alert, Button, Form, Input } from 'antd';
import { useEffect, useState } from 'react';
import { useLocation } from 'react-router';
import { type ApiProblem, address, asProblem, useGet } from '../api/client';
import { Failure } from '../ui/Failure';
import { Alone } from './Alone';
import { nextOf } from './next';
import { Persons } from './Persons';
import { type SignInBody, useSession } from './session';
import { signOnEnd } from './singleSignOn';
import type { Welcome } from './wire';

/**
 * Name, password, and the one-time code when it is asked for; the identity provider where there is one. In the demo, its
 * persons with one click.
 */
export function SignIn() {
  const { search } = useLocation();
  const { signIn } = useSession();
  const welcome = useGet<Welcome>('/welcome');
  const [problem, setProblem] = useState<ApiProblem | null>(null);
  const [codeNeeded, setCodeNeeded] = useState(false);
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    document.title = '登录 · 标尺';
  }, []);
  const submit = async (body: SignInBody) => {
    setBusy(true);
    setProblem(null);
    try {
      await signIn(body, nextOf(search));
    } catch (error) {
      const told = asProblem(error);
      if (told.code === 'code_needed') setCodeNeeded(true);
      else setProblem(told);
    } finally {
      setBusy(false);
    }
  };
  const data = welcome.data;
  const end = signOnEnd(search);
  const persons = data?.demo && data.password ? data.persons : [];
  return (
    <Alone wide={persons.length > 0}>
      <div className="bc-sign-in">
        <section className="bc-card bc-sign-in-form" aria-labelledby="sign-in-title">
          <h1 id="sign-in-title">登录</h1>
          {welcome.error && <Failure problem={welcome.error} retry={() => void welcome.refetch()} />}
          {data?.setup_needed && (
            <Alert
              type="info"
              showIcon
              title="还没有账号"
              description="请打开服务启动时打印的初始化链接，建立第一个管理员；链接只能用一次。过期后可在服务器上运行 biaochi user setup 重新生成。"
            />
          )}
          {end && <Alert type={end.linked ? 'success' : 'warning'} showIcon title={end.text} />}
          <Form<SignInBody> layout="vertical" requiredMark={false} onFinish={(body) => void submit(body)}>
            <Form.Item name="name" label="用户名" rules={[{ required: true, message: '请输入用户名' }]}>
              <Input autoComplete="username" autoFocus size="large" />
            </Form.Item>
            <Form.Item name="password" label="密码" rules={[{ required: true, message: '请输入密码' }]}>
              <Input.Password autoComplete="current-password" size="large" />
            </Form.Item>
            {codeNeeded && (
              <Form.Item
                name="code"
                label="动态口令"
                extra="认证器应用中当前显示的六位数字"
                rules={[{ required: true, message: '请输入动态口令' }]}
              >
                <Input inputMode="numeric" autoComplete="one-time-code" autoFocus size="large" maxLength={8} />
              </Form.Item>
            )}
            {problem && (
              <Form.Item>
                <Failure problem={problem} />
              </Form.Item>
            )}
            <Button type="primary" htmlType="submit" size="large" block loading={busy}>
              登录
            </Button>
          </Form>
          {data?.single_sign_on && (
            <Button size="large" block href={address('/session/oidc/start', { to: nextOf(search) })}>
              {data.single_sign_on}
            </Button>
          )}
          <p className="bc-quiet bc-sign-in-note">忘记密码请联系本单位的管理员。{data ? `版本 ${data.version}` : ''}</p>
        </section>
        {data?.password && persons.length > 0 && (
          <Persons
            persons={persons}
            busy={busy}
            onPick={(name) => void submit({ name, password: data.password ?? '' })}
          />
        )}
      </div>
    </Alone>
  );
}
