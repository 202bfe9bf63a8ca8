import { AutoComplete } from 'antd';
import { useMemo } from 'react';
import { useGet } from '../../api/client';
import type { OrganisationNode, OrganisationTree } from './wire';

interface Choice {
  value: string;
  label: string;
}

/** All units of a tree with the way to them. */
export function choicesOf(nodes: readonly OrganisationNode[], way = ''): Choice[] {
  return nodes.flatMap((node) => {
    const label = way ? `${way} › ${node.name}` : node.name;
    return [{ value: node.unit, label: `${label}（${node.unit}）` }, ...choicesOf(node.below, node.name)];
  });
}

interface UnitInputProps {
  id?: string;
  value?: string;
  onChange?: (value: string) => void;
  /** Institutions only, by their code. */
  institutions?: boolean;
  placeholder?: string;
}

/** A unit, chosen by name or typed by code. */
export function UnitInput({ institutions, placeholder, ...field }: UnitInputProps) {
  const tree = useGet<OrganisationTree>('/organisations/tree');
  const options = useMemo(() => {
    const all = choicesOf(tree.data?.roots ?? []);
    if (!institutions) return [{ value: 'all', label: '全部机构（all）' }, ...all];
    const found = all.filter((one) => one.value.startsWith('hospital:'));
    return found.map((one) => ({ value: one.value.slice('hospital:'.length), label: one.label }));
  }, [tree.data, institutions]);
  return (
    <AutoComplete
      {...field}
      options={options}
      placeholder={placeholder ?? '输入名称或代码查找'}
      allowClear
      showSearch={{
        filterOption: (text, option) => `${option?.label ?? ''}`.toLowerCase().includes(text.toLowerCase()),
      }}
    />
  );
}
