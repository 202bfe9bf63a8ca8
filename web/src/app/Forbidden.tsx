import { Alert } from 'antd';
import { Link } from 'react-router';
import { Page } from '../ui/Page';

/** The page is there, but not for the roles of the person. */
export function Forbidden({ title }: { title: string }) {
  return (
    <Page title={title}>
      <Alert
        role="alert"
        type="warning"
        showIcon
        title={`您的角色不能打开“${title}”`}
        description="您能用的功能都在菜单里。工作需要这个页面时，请联系管理员（管理 · 用户）授予相应的角色。"
        action={<Link to="/">回到首页</Link>}
      />
    </Page>
  );
}
