import { UserOutlined } from '@ant-design/icons';
import { App, Button, Dropdown, type MenuProps } from 'antd';
import { useLocation, useNavigate } from 'react-router';
import { asProblem } from '../api/problem';
import { useMe } from './me';
import { useSession } from './session';
import { type ThemeChoice, useTheme } from './theme';

const THEMES: [ThemeChoice, string][] = [
  ['light', '浅色'],
  ['dark', '深色'],
  ['system', '跟随系统'],
];

/** What concerns the person: password, colours, keys, leaving. */
export function UserMenu({ onKeys, onTour }: { onKeys: () => void; onTour: () => void }) {
  const me = useMe();
  const { choice, setChoice } = useTheme();
  const { signOut } = useSession();
  const navigate = useNavigate();
  const location = useLocation();
  const { message } = App.useApp();
  const actions: Record<string, () => void> = {
    password: () => void navigate(`/password?next=${encodeURIComponent(`${location.pathname}${location.search}`)}`),
    account: () => void navigate('/account'),
    keys: onKeys,
    tour: onTour,
    out: () => void signOut().catch((error: unknown) => message.error(asProblem(error).message)),
  };
  const items: MenuProps['items'] = [
    {
      key: 'who',
      type: 'group',
      label: [me.title, ...me.roles.map((role) => role.title)]
        .filter((one, at, all) => all.indexOf(one) === at)
        .join(' · '),
    },
    { key: 'account', label: '我的账号' },
    { key: 'password', label: '修改密码' },
    { type: 'divider' },
    ...THEMES.map(([key, label]) => ({ key, label: choice === key ? `${label} ✓` : label })),
    { type: 'divider' },
    { key: 'keys', label: '快捷键（?）' },
    ...(me.demo ? [{ key: 'tour', label: '功能引导' }] : []),
    { type: 'divider' },
    { key: 'out', label: '退出' },
  ];
  const clicked = ({ key }: { key: string }) => {
    const theme = THEMES.find(([one]) => one === key)?.[0];
    if (theme) setChoice(theme);
    else actions[key]?.();
  };
  return (
    <Dropdown menu={{ items, onClick: clicked }} trigger={['click']} placement="bottomRight">
      <Button type="text" icon={<UserOutlined />} aria-label={`账号：${me.title}`} data-tour="user">
        <span className="bc-wide-only">{me.title}</span>
      </Button>
    </Dropdown>
  );
}
