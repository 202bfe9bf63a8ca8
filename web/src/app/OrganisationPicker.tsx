import { Select } from 'antd';
import { useMemo } from 'react';
import { useMe } from './me';
import { useSelection } from './selection';
import type { OrganisationName } from './wire';

const GROUPS: [string, (code: string) => boolean][] = [
  ['行政区划', (code) => code.startsWith('division:')],
  ['医联体、医共体', (code) => code.startsWith('alliance:')],
  ['医疗机构', (code) => !code.includes(':')],
];

/** What is offered, by kind. One that only the link names is offered as well, so that it is seen. */
function options(organisations: readonly OrganisationName[], chosen: string) {
  const known = organisations.some((one) => one.code === chosen);
  const all = known || !chosen ? organisations : [...organisations, { code: chosen, name: chosen }];
  return GROUPS.map(([label, fits]) => ({
    label,
    options: all.filter((one) => fits(one.code)).map((one) => ({ value: one.code, label: one.name })),
  })).filter((group) => group.options.length > 0);
}

/** The organisation that all pages are about. */
export function OrganisationPicker() {
  const me = useMe();
  const { organisation, setOrganisation } = useSelection();
  const offered = useMemo(() => options(me.organisations, organisation), [me.organisations, organisation]);
  const only = me.organisations.length <= 1;
  return (
    <Select
      className="bc-organisation"
      aria-label="机构"
      value={organisation || null}
      placeholder={only ? '没有可看的机构' : '选择机构'}
      options={offered}
      onChange={(code: string | null) => code && setOrganisation(code)}
      showSearch={{
        filterOption: (typed, option) => {
          const asked = typed.trim().toLowerCase();
          const name = String(option?.label ?? '').toLowerCase();
          return name.includes(asked) || String(option && 'value' in option ? option.value : '').includes(asked);
        },
      }}
      popupMatchSelectWidth={320}
      notFoundContent="没有这样的机构"
    />
  );
}
