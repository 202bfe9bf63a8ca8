/** What the service says in the query of the page on which somebody ends who came back from the identity provider. */
const SAID: Readonly<Record<string, string>> = {
  stale: '这次统一身份认证登录已过期或已用过，没有登录。请重新点击登录按钮；仍不行时请检查浏览器是否禁用了 Cookie。',
  declined: '统一身份认证没有完成登录：可能是取消了，或被它拒绝。请重试，或用用户名和密码登录。',
  unreachable: '暂时连不上统一身份认证。请稍后再试，或用用户名和密码登录；仍不行时请联系信息科。',
  not_proven: '统一身份认证返回的结果没有通过核验，没有登录。请重试；仍不行时请联系信息科查看服务日志。',
  unknown: '您的统一身份还没有绑定标尺账号。请先用用户名和密码登录，在“我的账号”中绑定，或请管理员指定。',
  closed: '对应的标尺账号已停用，或因登录失败次数过多暂时锁定。请稍后再试，或联系管理员。',
  taken: '没有绑定：这个统一身份已绑定别的标尺账号，或本账号已绑定别人。请核对，需要时请管理员解除原来的绑定。',
  signed_out: '没有绑定：等待期间登录已失效，或须先修改密码、启用动态口令。请重新登录后再绑定。',
  failed: '统一身份认证登录没有完成，程序出错。请稍后再试；仍不行时请联系信息科。',
};

/** How the way by the identity provider ended. */
export interface SignOnEnd {
  linked: boolean;
  text: string;
}

/** The end that a query tells, in words of our own: nothing else of the query is shown. */
export function signOnEnd(search: string): SignOnEnd | null {
  const code = new URLSearchParams(search).get('sso');
  if (code === null) return null;
  if (code === 'linked') return { linked: true, text: '已绑定统一身份认证，以后可以用它登录。' };
  return { linked: false, text: (Object.hasOwn(SAID, code) && SAID[code]) || (SAID.failed ?? '') };
}
