import { Alert, Button } from 'antd';
import { asProblem } from '../api/problem';

/** What went wrong, in words, and how to go on. */
export function Failure({ problem, retry }: { problem: unknown; retry?: (() => void) | undefined }) {
  const told = asProblem(problem);
  const action = retry && told.code !== 'forbidden' && <Button onClick={retry}>重试</Button>;
  return (
    <Alert
      role="alert"
      type={told.status >= 500 || told.status === 0 ? 'error' : 'warning'}
      showIcon
      title={told.message}
      description={told.requestId && told.status >= 500 ? `请求编号：${told.requestId}` : undefined}
      action={action}
    />
  );
}
