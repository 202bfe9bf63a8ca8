import { Button } from 'antd';
import { useRouteError } from 'react-router';
import { ApiProblem } from '../api/problem';
import { Empty } from '../ui/Empty';
import { Failure } from '../ui/Failure';

/** A part of the application that could not be loaded: most often it was upgraded meanwhile. */
function outdated(error: unknown): boolean {
  const text = error instanceof Error ? error.message : '';
  return /dynamically imported module|importing a module|Failed to fetch/i.test(text);
}

/** A page broke: says what to do, and keeps the rest usable. */
export function ErrorPage() {
  const error = useRouteError();
  if (error instanceof ApiProblem) return <Failure problem={error} retry={() => window.location.reload()} />;
  const title = outdated(error) ? '标尺已升级，或网络中断' : '这个页面出错了';
  const hint = outdated(error)
    ? '页面的一部分没有读到。刷新后即可继续，已保存的内容不受影响。'
    : '已保存的内容不受影响。请刷新；仍不行时，把地址和下面的文字告诉信息科。';
  return (
    <div role="alert">
      <Empty
        title={title}
        hint={hint}
        action={
          <Button type="primary" onClick={() => window.location.reload()}>
            刷新
          </Button>
        }
      />
      {!outdated(error) && (
        <pre className="bc-error-text">{error instanceof Error ? error.message : String(error)}</pre>
      )}
    </div>
  );
}
