import type { FileDifference, HeldAssignment, PackFault, UserAccount, UserIdentity } from './wire';

/** A time as people here read it. */
export function time(text: string | null | undefined): string {
  if (!text) return '—';
  const at = new Date(text);
  if (Number.isNaN(at.getTime())) return text;
  const shown = new Intl.DateTimeFormat('sv-SE', {
    timeZone: 'Asia/Shanghai',
    dateStyle: 'short',
    timeStyle: 'medium',
  });
  return shown.format(at);
}

/** Roles that count today, in words. */
export function rolesOf(user: UserAccount): string {
  const held = user.roles.filter((role) => role.counts);
  return held.map((role) => `${role.role_title}（${role.unit_name ?? role.unit}）`).join('，');
}

/** How a role stands today. */
export function standing(role: HeldAssignment, today: string): string {
  if (role.counts) return '有效';
  return role.first_day > today ? '未生效' : '已终止';
}

/** Today in China, as days are written. */
export function today(now = new Date()): string {
  return new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai', dateStyle: 'short' }).format(now);
}

/** Who an account is to the identity provider, in words. */
export function identityText(identity: UserIdentity | null): string {
  if (!identity) return '未绑定';
  const expected = identity.external_name ? `指定 ${identity.external_name}` : '本人绑定';
  if (!identity.linked) return `${expected}，尚未登录过`;
  return identity.shown ? `${expected}，已绑定 ${identity.shown}` : `${expected}，已绑定`;
}

/** What is lost when somebody is locked out, named before it is done. */
export function lostByDisabling(user: UserAccount): string[] {
  const lost = ['已登录的立即退出', '令牌立即失效，启用后恢复'];
  const held = rolesOf(user);
  if (held) lost.push(`暂停的角色：${held}`);
  return lost;
}

/** Faults of a file by line; those of the whole file at line 0. */
export function byLine(faults: readonly PackFault[], file: string): Map<number, PackFault[]> {
  const lines = new Map<number, PackFault[]>();
  for (const fault of faults) {
    if (fault.file !== file) continue;
    const there = lines.get(fault.line);
    if (there) there.push(fault);
    else lines.set(fault.line, [fault]);
  }
  return lines;
}

/** How many lines a comparison adds and takes away. */
export function counted(file: FileDifference): { added: number; removed: number } {
  let added = 0;
  let removed = 0;
  for (const line of file.lines) {
    if (line.kind === 'added') added += 1;
    if (line.kind === 'removed') removed += 1;
  }
  return { added, removed };
}

/** Where a line begins in a text, to put the caret there. */
export function offsetOf(text: string, line: number, column: number): number {
  const lines = text.split('\n');
  const before = lines.slice(0, Math.max(line - 1, 0)).reduce((sum, one) => sum + one.length + 1, 0);
  return Math.min(before + Math.max(column - 1, 0), text.length);
}
