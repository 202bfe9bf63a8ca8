import { SwapOutlined } from '@ant-design/icons';
import { App, Button, Dropdown } from 'antd';
import { useState } from 'react';
import { asProblem, useGet } from '../api/client';
import { useMe } from './me';
import { useSession } from './session';
import type { Welcome } from './wire';

/** In the demo only: the same page as another person would see it. */
export function PersonSwitcher() {
  const me = useMe();
  const welcome = useGet<Welcome>('/welcome', {}, { staleTime: Number.POSITIVE_INFINITY }).data;
  const { signIn } = useSession();
  const { message } = App.useApp();
  const [busy, setBusy] = useState(false);
  const password = welcome?.password;
  if (!welcome || !password || welcome.persons.length === 0) return null;
  const change = async (name: string) => {
    setBusy(true);
    try {
      await signIn({ name, password }, '/');
    } catch (error) {
      message.error(asProblem(error).message);
    } finally {
      setBusy(false);
    }
  };
  const items = welcome.persons.map((person) => ({
    key: person.name,
    label: person.role_title || person.title,
    disabled: person.name === me.name,
  }));
  return (
    <Dropdown menu={{ items, onClick: ({ key }) => void change(key) }} trigger={['click']} placement="bottomRight">
      <Button icon={<SwapOutlined />} loading={busy} aria-label="演示：换身份" data-tour="persons">
        <span className="bc-wide-only">演示：换身份</span>
      </Button>
    </Dropdown>
  );
}
