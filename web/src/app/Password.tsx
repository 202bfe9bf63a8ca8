import { useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Form, Input } from 'antd';
import { useEffect, useState } from 'react';
import { Link, useLocation, useNavigate } from 'react-router';
import { type ApiProblem, asProblem, ME, put } from '../api/client';
import { Failure } from '../ui/Failure';
import { Alone } from './Alone';
import { useMe } from './me';
import { NewPassword } from './NewPassword';
import { nextOf } from './next';

interface Fields {
  old: string;
  password: string;
}

/** Changing one's own password, of one's own will or because it has to be. */
export default function Password() {
  const me = useMe();
  const client = useQueryClient();
  const navigate = useNavigate();
  const { search } = useLocation();
  const { message } = App.useApp();
  const [problem, setProblem] = useState<ApiProblem | null>(null);
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    document.title = '修改密码 · 标尺';
  }, []);
  const submit = async ({ old, password }: Fields) => {
    setBusy(true);
    setProblem(null);
    try {
      await put('/me/password', { old, new: password });
      await client.invalidateQueries({ queryKey: ME });
      message.success('密码已修改，其他地方的登录已全部退出');
      await navigate(nextOf(search), { replace: true });
    } catch (error) {
      setProblem(asProblem(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Alone>
      <section className="bc-card bc-sign-in-form" aria-labelledby="password-title">
        <h1 id="password-title">修改密码</h1>
        {me.must_change_password && (
          <Alert type="info" showIcon title="管理员给您设了初始密码，改为自己的密码后才能继续使用。" />
        )}
        <Form<Fields> layout="vertical" requiredMark={false} onFinish={(fields) => void submit(fields)}>
          <input type="text" autoComplete="username" value={me.name} readOnly hidden />
          <Form.Item name="old" label="原密码" rules={[{ required: true, message: '请输入原密码' }]}>
            <Input.Password autoComplete="current-password" autoFocus />
          </Form.Item>
          <NewPassword />
          {problem && (
            <Form.Item>
              <Failure problem={problem} />
            </Form.Item>
          )}
          <Button type="primary" htmlType="submit" block loading={busy}>
            修改密码
          </Button>
        </Form>
        {!me.must_change_password && (
          <p className="bc-sign-in-note">
            <Link to={nextOf(search)}>不改了，返回</Link>
          </p>
        )}
      </section>
    </Alone>
  );
}
