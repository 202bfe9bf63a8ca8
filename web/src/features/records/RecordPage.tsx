import { useParams } from 'react-router';
import { useSelection, useUrlState } from '../../app/selection';
import { Page } from '../../ui/Page';
import { RecordPane } from './RecordPane';

/** One record, as links open it. */
export default function RecordPage() {
  const { key = '' } = useParams();
  const { organisation } = useSelection();
  const [of] = useUrlState<string>('of', '');
  const [month] = useUrlState<string>('month', '');
  const [tab, setTab] = useUrlState<string>('tab', 'form');
  const named = { record_key: key, organisation: of || organisation, month };
  return (
    <Page title="病案" crumbs={[{ title: '病案检索', to: '/records/search' }]}>
      <RecordPane key={key} of={named} tab={tab} onTab={setTab} />
    </Page>
  );
}
