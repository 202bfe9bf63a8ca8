import { Empty } from '../ui/Empty';

/** The person has no role that opens anything. */
export function NoJob() {
  return (
    <Empty
      title="还没有可用的功能"
      hint="您的账号尚未授予角色，或角色已到期。请联系管理员（管理 · 账号与权限）授予角色，然后刷新。"
    />
  );
}
