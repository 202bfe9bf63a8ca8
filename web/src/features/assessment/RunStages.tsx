import { Steps } from 'antd';
import type { RunBody } from './wire';
import { stagesOf } from './words';

/** How far an assessment is, with who did what and when. */
export function RunStages({ found }: { found: RunBody }) {
  const items = stagesOf(found).map((one) => ({ title: one.title, content: one.told, status: one.state }));
  return <Steps size="small" className="assessment-stages" items={items} />;
}
