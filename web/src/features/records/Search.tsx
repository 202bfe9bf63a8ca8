import { useInfiniteQuery } from '@tanstack/react-query';
import { Button, Input, Select } from 'antd';
import { useEffect, useState } from 'react';
import { useNavigate } from 'react-router';
import { get } from '../../api/client';
import { useSelection, useUrlState } from '../../app/selection';
import { DataTable } from '../../ui/DataTable';
import { Empty } from '../../ui/Empty';
import { formatFigure, groupText, MISSING } from '../../ui/format';
import { Page } from '../../ui/Page';
import { filled, recordPath } from './links';
import type { PageOf, RecordRow } from './wire';

const TEXTS = [
  ['number', '病案号', '可只写开头'],
  ['diagnosis', '诊断', '编码、名称或拼音首字母'],
  ['procedure', '手术操作', '编码、名称或拼音首字母'],
  ['group', '病组', 'DRG、ADRG 或 MDC'],
  ['department', '出院科别', '名称的一部分或代码'],
  ['physician', '主治医师', ''],
  ['coder', '编码员', ''],
  ['check', '规则', '规则编号'],
] as const;

/** A filter that is looked for when Enter is pressed or the field is left. */
function TextFilter({ name, title, hint }: { name: string; title: string; hint: string }) {
  const [value, set] = useUrlState<string>(name, '');
  const [typed, setTyped] = useState(value);
  useEffect(() => setTyped(value), [value]);
  return (
    <Input
      aria-label={title}
      addonBefore={title}
      placeholder={hint}
      allowClear
      size="small"
      style={{ width: 230 }}
      value={typed}
      onChange={(event) => {
        setTyped(event.target.value);
        if (event.target.value === '') set('');
      }}
      onPressEnter={() => set(typed.trim())}
      onBlur={() => typed !== value && set(typed.trim())}
    />
  );
}

/** Searching records by everything that identifies nobody. */
export default function Search() {
  const navigate = useNavigate();
  const { organisation, period } = useSelection();
  const [number] = useUrlState<string>('number', '');
  const [diagnosis] = useUrlState<string>('diagnosis', '');
  const [procedure] = useUrlState<string>('procedure', '');
  const [group] = useUrlState<string>('group', '');
  const [department] = useUrlState<string>('department', '');
  const [physician] = useUrlState<string>('physician', '');
  const [coder] = useUrlState<string>('coder', '');
  const [check] = useUrlState<string>('check', '');
  const [grade, setGrade] = useUrlState<string>('grade', '');
  const [findings, setFindings] = useUrlState<string>('findings', '');
  const [within, setWithin] = useUrlState<string>('within', 'period');
  const texts = { number, diagnosis, procedure, group, department, physician, coder, check };
  const filters = filled({ ...texts, grade, findings, organisation, period: within === 'all' ? '' : period });
  const found = useInfiniteQuery({
    queryKey: ['/records', filters],
    queryFn: ({ pageParam, signal }) =>
      get<PageOf<RecordRow>>('/records', { ...filters, limit: 100, cursor: pageParam }, { signal }),
    initialPageParam: '',
    getNextPageParam: (last) => last.next,
    staleTime: 30_000,
  });
  const rows = found.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Page
      title="病案检索"
      filters={
        <>
          {TEXTS.map(([name, title, hint]) => (
            <TextFilter key={name} name={name} title={title} hint={hint} />
          ))}
          <Select
            aria-label="首页质量"
            size="small"
            style={{ width: 130 }}
            value={findings}
            onChange={setFindings}
            options={[
              { value: '', label: '有无问题均可' },
              { value: 'true', label: '有质控问题' },
              { value: 'false', label: '没有质控问题' },
            ]}
          />
          <Input
            aria-label="等级"
            addonBefore="等级"
            size="small"
            style={{ width: 110 }}
            placeholder="如 甲"
            value={grade}
            onChange={(event) => setGrade(event.target.value.trim())}
          />
          <Select
            aria-label="时期"
            size="small"
            style={{ width: 130 }}
            value={within}
            onChange={setWithin}
            options={[
              { value: 'period', label: '所选时期' },
              { value: 'all', label: '全部时期' },
            ]}
          />
        </>
      }
    >
      <DataTable<RecordRow>
        rows={rows}
        rowKey="record_key"
        label="病案"
        loading={found.isLoading}
        failure={found.error ?? undefined}
        retry={() => void found.refetch()}
        exportName="病案检索"
        onOpen={(row) => void navigate(recordPath(row))}
        onEnd={() => found.hasNextPage && !found.isFetching && void found.fetchNextPage()}
        empty={
          <Empty
            title="没有符合条件的病案"
            hint="放宽条件，或把时期改为“全部时期”。姓名加密保存，不能检索"
            action={within === 'period' && <Button onClick={() => setWithin('all')}>检索全部时期</Button>}
          />
        }
        columns={[
          { key: 'number', title: '病案号', width: 112, value: (row) => row.medical_record_number },
          { key: 'time', title: '出院时间', width: 132, value: (row) => row.discharge_time?.slice(0, 16) ?? null },
          {
            key: 'department',
            title: '科别',
            width: 96,
            value: (row) => row.department_name,
            render: (row) => <span title={`科别代码 ${row.department ?? '—'}`}>{row.department_name ?? MISSING}</span>,
          },
          { key: 'physician', title: '主治医师', width: 76, value: (row) => row.physician },
          {
            key: 'diagnosis',
            title: '主要诊断',
            value: (row) => `${row.diagnosis_code ?? ''} ${row.diagnosis_name ?? ''}`.trim(),
          },
          {
            key: 'procedure',
            title: '主要手术',
            value: (row) => `${row.procedure_code ?? ''} ${row.procedure_name ?? ''}`.trim(),
          },
          { key: 'drg', title: '病组', width: 62, value: (row) => row.drg && groupText(row.drg) },
          {
            key: 'weight',
            title: '权重',
            align: 'right',
            width: 72,
            value: (row) => row.weight,
            render: (row) => formatFigure(row.weight, 'weight'),
          },
          {
            key: 'charges',
            title: '总费用',
            unit: '元',
            align: 'right',
            width: 104,
            value: (row) => row.total_charges,
            render: (row) => formatFigure(row.total_charges, 'money'),
          },
          {
            key: 'score',
            title: '得分',
            align: 'right',
            width: 92,
            value: (row) => row.score,
            render: (row) => `${formatFigure(row.score, 'score')} ${row.grade ?? ''}`,
          },
          {
            key: 'findings',
            title: '问题',
            align: 'right',
            width: 52,
            value: (row) => (row.errors ?? 0) + (row.warnings ?? 0) + (row.suspects ?? 0),
          },
        ]}
      />
    </Page>
  );
}
