import { useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Form, Input } from 'antd';
import { useEffect, useState } from 'react';
import { Navigate, useLocation } from 'react-router';
import { type ApiProblem, asProblem, ME, post, put } from '../api/client';
import { Failure } from '../ui/Failure';
import { Alone } from './Alone';
import { FactorScan } from './FactorScan';
import { useMe } from './me';
import { nextOf } from './next';
import { useSession } from './session';
import type { FactorDraft } from './wire';

/** Setting up the second factor that a role asks for, before anything else. */
export default function SecondFactor() {
  const me = useMe();
  const client = useQueryClient();
  const { search } = useLocation();
  const { message } = App.useApp();
  const { signOut } = useSession();
  const [draft, setDraft] = useState<FactorDraft | null>(null);
  const [code, setCode] = useState('');
  const [problem, setProblem] = useState<ApiProblem | null>(null);
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    document.title = '启用动态口令 · 标尺';
  }, []);
  const attempt = async (work: () => Promise<void>) => {
    setBusy(true);
    setProblem(null);
    try {
      await work();
    } catch (error) {
      setProblem(asProblem(error));
    } finally {
      setBusy(false);
    }
  };
  const begin = ({ password }: { password: string }) =>
    attempt(async () => setDraft(await post<FactorDraft>('/me/second-factor', { password })));
  const confirm = () =>
    attempt(async () => {
      await put('/me/second-factor', { code });
      message.success('动态口令已启用，此后登录都要输入');
      // Who one is says from now on that nothing has to be done first, which leads on.
      await client.invalidateQueries({ queryKey: ME });
    });
  if (!me.must_set_up_second_factor) return <Navigate to={nextOf(search)} replace />;
  return (
    <Alone>
      <section className="bc-card bc-sign-in-form" aria-labelledby="factor-title">
        <h1 id="factor-title">启用动态口令</h1>
        <Alert type="info" showIcon title="您的角色登录须用动态口令。在手机上装好认证器应用，启用后才能继续使用。" />
        {draft === null ? (
          <Form<{ password: string }> layout="vertical" requiredMark={false} onFinish={(fields) => void begin(fields)}>
            <input type="text" autoComplete="username" value={me.name} readOnly hidden />
            <Form.Item
              name="password"
              label="密码"
              extra="确认是本人"
              rules={[{ required: true, message: '请输入密码' }]}
            >
              <Input.Password autoComplete="current-password" autoFocus />
            </Form.Item>
            {problem && (
              <Form.Item>
                <Failure problem={problem} />
              </Form.Item>
            )}
            <Button type="primary" htmlType="submit" block loading={busy}>
              下一步
            </Button>
          </Form>
        ) : (
          <Form layout="vertical" onFinish={() => void confirm()}>
            <p>用认证器应用扫描，再输入它显示的六位数字。</p>
            <Form.Item>
              <FactorScan draft={draft} code={code} onCode={setCode} />
            </Form.Item>
            {problem && (
              <Form.Item>
                <Failure problem={problem} />
              </Form.Item>
            )}
            <Button type="primary" htmlType="submit" block loading={busy} disabled={code.trim().length < 6}>
              确认启用
            </Button>
          </Form>
        )}
        <p className="bc-sign-in-note">
          <Button
            type="link"
            size="small"
            style={{ padding: 0 }}
            onClick={() => void signOut().catch((error: unknown) => setProblem(asProblem(error)))}
          >
            现在不方便，退出登录
          </Button>
        </p>
      </section>
    </Alone>
  );
}
