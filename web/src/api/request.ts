import { ApiProblem, offline, problemOf } from './problem';

const PREFIX = '/api/v1';

type QueryValue = string | number | boolean | null | undefined;

/** Parameters of a request; those without a value are left out, lists are repeated. */
export type Query = Record<string, QueryValue | readonly (string | number)[]>;

/** How a request is sent. */
export interface RequestOptions {
  /** Why identified records are looked at. */
  reason?: string | undefined;
  signal?: AbortSignal | undefined;
  /** Sent with a write that may be repeated when the answer is lost. */
  idempotencyKey?: string | undefined;
}

/** The address of a path below the prefix. */
export function address(path: string, query?: Query): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) {
    if (Array.isArray(value)) for (const one of value) params.append(name, String(one));
    else if (value !== undefined && value !== null && value !== '') params.set(name, String(value));
  }
  const text = params.toString();
  return `${PREFIX}${path}${text ? `${path.includes('?') ? '&' : '?'}${text}` : ''}`;
}

function headers(options: RequestOptions | undefined): Record<string, string> {
  return {
    'x-biaochi': '1',
    accept: 'application/json',
    ...(options?.reason ? { 'X-Biaochi-Reason': encodeURIComponent(options.reason) } : {}),
    ...(options?.idempotencyKey ? { 'Idempotency-Key': options.idempotencyKey } : {}),
  };
}

/** Sends a request; whatever is not an answer is thrown as a problem. */
export async function send(
  method: string,
  path: string,
  query?: Query,
  body?: unknown,
  options?: RequestOptions,
): Promise<Response> {
  const sent: RequestInit = { method, headers: headers(options), credentials: 'same-origin' };
  if (options?.signal) sent.signal = options.signal;
  if (body instanceof FormData) sent.body = body;
  else if (body !== undefined) {
    sent.body = JSON.stringify(body);
    sent.headers = { ...headers(options), 'content-type': 'application/json' };
  }
  let response: Response;
  try {
    response = await fetch(address(path, query), sent);
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw offline();
  }
  if (!response.ok) {
    const id = response.headers.get('x-request-id') ?? undefined;
    throw problemOf(response.status, await response.text().catch(() => ''), id);
  }
  return response;
}

async function json<T>(response: Response): Promise<T> {
  if (response.status === 204) return undefined as T;
  const text = await response.text();
  if (text === '') return undefined as T;
  try {
    return JSON.parse(text) as T;
  } catch {
    throw new ApiProblem(response.status, 'internal', '服务的回答读不懂。请刷新页面；仍不行时请联系信息科');
  }
}

/** Reads. */
export async function get<T>(path: string, query?: Query, options?: RequestOptions): Promise<T> {
  return json<T>(await send('GET', path, query, undefined, options));
}

/** Does or adds. */
export async function post<T>(path: string, body?: unknown, options?: RequestOptions): Promise<T> {
  return json<T>(await send('POST', path, undefined, body, options));
}

/** Replaces. */
export async function put<T>(path: string, body?: unknown, options?: RequestOptions): Promise<T> {
  return json<T>(await send('PUT', path, undefined, body, options));
}

/** Removes. */
export async function del<T>(path: string, body?: unknown, options?: RequestOptions): Promise<T> {
  return json<T>(await send('DELETE', path, undefined, body, options));
}

/** Sends files; `onProgress` is told the share that went out, from 0 to 1. */
export function upload<T>(
  path: string,
  form: FormData,
  onProgress?: (share: number) => void,
  options?: RequestOptions,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', address(path));
    for (const [name, value] of Object.entries(headers(options))) request.setRequestHeader(name, value);
    request.upload.onprogress = (event) => {
      if (event.lengthComputable) onProgress?.(event.loaded / event.total);
    };
    request.onerror = () => reject(offline());
    request.onabort = () => reject(new DOMException('aborted', 'AbortError'));
    request.onload = () => {
      const { status, responseText } = request;
      const fine = status >= 200 && status < 300;
      if (!fine) {
        reject(problemOf(status, responseText, request.getResponseHeader('x-request-id') ?? undefined));
        return;
      }
      try {
        resolve((responseText === '' ? undefined : JSON.parse(responseText)) as T);
      } catch {
        reject(new ApiProblem(status, 'internal', '服务的回答读不懂。请刷新页面；仍不行时请联系信息科'));
      }
    };
    options?.signal?.addEventListener('abort', () => request.abort());
    request.send(form);
  });
}

/** The name that an answer gives its file. */
export function fileName(disposition: string | null): string | undefined {
  const encoded = /filename\*=UTF-8''([^;]+)/i.exec(disposition ?? '')?.[1];
  if (encoded) {
    try {
      return decodeURIComponent(encoded);
    } catch {
      return undefined;
    }
  }
  return /filename="?([^";]+)"?/i.exec(disposition ?? '')?.[1];
}

/** Hands bytes to the person as a file. */
export function save(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  // The browser has taken it by then; at once would be too early in some.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** Downloads a file; with a body it is asked for by POST. */
export async function download(
  path: string,
  query?: Query,
  options?: RequestOptions & { name?: string; body?: unknown },
): Promise<void> {
  const method = options?.body === undefined ? 'GET' : 'POST';
  const response = await send(method, path, query, options?.body, options);
  const name = fileName(response.headers.get('content-disposition'));
  save(await response.blob(), name ?? options?.name ?? '下载');
}
