import { Link } from 'react-router';
import { Empty } from '../ui/Empty';

/** There is no such page. */
export function NotFound() {
  return (
    <Empty
      title="没有这个页面"
      hint="地址可能写错，或页面已经改名。请从左侧菜单进入，或回到首页。"
      action={<Link to="/">回到首页</Link>}
    />
  );
}
