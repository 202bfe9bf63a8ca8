/** What went wrong with a request, in words for the person. */
export class ApiProblem extends Error {
  readonly status: number;
  /** The stable code, such as `not_found`; `offline` when there was no answer. */
  readonly code: string;
  /** The field of the request that it is about. */
  readonly field: string | undefined;
  /** What the log calls the request. */
  readonly requestId: string | undefined;

  constructor(status: number, code: string, message: string, field?: string, requestId?: string) {
    super(message);
    this.name = 'ApiProblem';
    this.status = status;
    this.code = code;
    this.field = field;
    this.requestId = requestId;
  }

  /** The session has ended, or there was none. */
  get signedOut(): boolean {
    return this.status === 401 && this.code === 'unauthenticated';
  }
}

/** No answer came: the service is down, or the network is. */
export function offline(): ApiProblem {
  return new ApiProblem(0, 'offline', '连不上标尺服务。请检查网络；仍不行时请联系信息科确认服务是否在运行');
}

/** An answer that is not ours, such as that of a proxy. */
function foreign(status: number): ApiProblem {
  const texts: Record<number, [string, string]> = {
    401: ['unauthenticated', '登录已失效，请重新登录'],
    403: ['forbidden', '没有权限做这件事。需要时请向管理员申请'],
    404: ['not_found', '没有找到这项内容，可能已被删除，或地址有误'],
    413: ['too_large', '文件太大，没有上传。请分批上传，或联系信息科放宽限制'],
    429: ['too_many', '操作太频繁，请稍候再试'],
    502: ['offline', '标尺服务暂时没有应答，请稍后再试'],
    503: ['busy', '标尺正忙，请稍后再试'],
    504: ['offline', '标尺服务应答超时，请稍后再试'],
  };
  const [code, message] = texts[status] ?? ['internal', `服务出错（${status}），没有完成这次操作。请稍后再试`];
  return new ApiProblem(status, code, message);
}

/** The problem that an answer tells. */
export function problemOf(status: number, text: string, requestId?: string): ApiProblem {
  try {
    const body = JSON.parse(text) as { code?: unknown; message?: unknown; field?: unknown };
    if (typeof body.code === 'string' && typeof body.message === 'string') {
      const field = typeof body.field === 'string' ? body.field : undefined;
      return new ApiProblem(status, body.code, body.message, field, requestId);
    }
  } catch {
    // Not ours; told by its status.
  }
  return foreign(status);
}

/** Any failure as a problem that can be shown. */
export function asProblem(error: unknown): ApiProblem {
  if (error instanceof ApiProblem) return error;
  const message = error instanceof Error && error.message ? `（${error.message}）` : '';
  return new ApiProblem(0, 'internal', `页面出错${message}。请刷新后再试；仍不行时请联系信息科`);
}
