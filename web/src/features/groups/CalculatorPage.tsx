import { useQuery } from '@tanstack/react-query';
import { Checkbox, InputNumber, Radio, Select, Tabs } from 'antd';
import { useEffect, useState } from 'react';
import { asProblem, post, useGet } from '../../api/client';
import { useUrlState } from '../../app/selection';
import { Empty } from '../../ui/Empty';
import { Failure } from '../../ui/Failure';
import { useKeys } from '../../ui/keys';
import { Page } from '../../ui/Page';
import { CaseResult } from './CaseResult';
import { CodeList, type Entered } from './CodeList';
import { FilePart } from './FilePart';
import type { CalculateBody, Calculated, GroupScheme } from './wire';
import './groups.css';

interface Numbers {
  sex: number | null;
  age: number | null;
  age_days: number | null;
  birth_weight: number | null;
  length_of_stay: number | null;
  icu_hours: number | null;
  ventilator_hours: number | null;
}

const NONE: Numbers = {
  sex: null,
  age: null,
  age_days: null,
  birth_weight: null,
  length_of_stay: null,
  icu_hours: null,
  ventilator_hours: null,
};

const DISPOSITIONS = [
  { value: '1', label: '1 医嘱离院' },
  { value: '2', label: '2 医嘱转院' },
  { value: '3', label: '3 医嘱转社区' },
  { value: '4', label: '4 非医嘱离院' },
  { value: '5', label: '5 死亡' },
  { value: '9', label: '9 其他' },
];

/** Waits until nothing was typed for a moment. */
function useQuiet<T>(value: T, milliseconds: number): T {
  const [quiet, setQuiet] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setQuiet(value), milliseconds);
    return () => clearTimeout(timer);
  }, [value, milliseconds]);
  return quiet;
}

/** 分组计算器: the group of one case while it is typed, and of every case of a file. */
export default function CalculatorPage() {
  const [tab, setTab] = useUrlState<string>('tab', 'case');
  const [scheme, setScheme] = useUrlState<string>('scheme', '');
  const schemes = useGet<GroupScheme[]>('/schemes');
  const options = (schemes.data ?? []).map((one) => ({ value: one.id, label: `${one.title}（${one.id}）` }));
  const own = schemes.data?.find((one) => one.in_use)?.id;
  return (
    <Page
      title="分组计算器"
      filters={
        <Select
          showSearch={{ optionFilterProp: 'label' }}
          value={scheme || own}
          onChange={setScheme}
          options={options}
          loading={schemes.isPending}
          aria-label="分组方案"
          style={{ width: 380 }}
        />
      }
    >
      <Tabs
        activeKey={tab}
        onChange={setTab}
        items={[
          { key: 'case', label: '一份病案', children: <CasePart scheme={scheme} /> },
          { key: 'file', label: '一个文件', children: <FilePart scheme={scheme} /> },
        ]}
      />
    </Page>
  );
}

function CasePart({ scheme }: { scheme: string }) {
  const [diagnoses, setDiagnoses] = useState<Entered[]>([]);
  const [procedures, setProcedures] = useState<Entered[]>([]);
  const [numbers, setNumbers] = useState(NONE);
  const [disposition, setDisposition] = useState<string | null>(null);
  const [translate, setTranslate] = useState(false);
  const clear = () => {
    setDiagnoses([]);
    setProcedures([]);
    setNumbers(NONE);
    setDisposition(null);
  };
  useKeys(
    {
      'alt+n': clear,
      'alt+1': () => document.getElementById('case-diagnoses')?.focus(),
      'alt+2': () => document.getElementById('case-procedures')?.focus(),
    },
    { 'alt+n': '清空，算下一份', 'alt+1': '到诊断', 'alt+2': '到手术操作' },
  );
  const body: CalculateBody = {
    scheme: scheme || null,
    diagnoses: diagnoses.map((one) => one.code),
    procedures: procedures.map((one) => one.code),
    ...numbers,
    disposition,
    translate: translate || null,
  };
  const asked = useQuiet(JSON.stringify(body), 200);
  const empty = diagnoses.length === 0;
  const result = useQuery({
    // What somebody types about a patient is kept nowhere but in this window.
    queryKey: ['/groups/calculate', asked],
    queryFn: () => post<Calculated>('/groups/calculate', JSON.parse(asked) as CalculateBody),
    enabled: !empty,
    gcTime: 0,
    placeholderData: (before) => before,
  });
  const number = (key: keyof Numbers, label: string, most: number) => (
    <div className="bc-field">
      <label htmlFor={`case-${key}`}>{label}</label>
      <InputNumber<number>
        id={`case-${key}`}
        min={0}
        max={most}
        precision={0}
        value={numbers[key]}
        onChange={(value) => setNumbers((all) => ({ ...all, [key]: value }))}
        style={{ width: '100%' }}
      />
    </div>
  );
  return (
    <div className="bc-case">
      <div>
        <CodeList
          id="case-diagnoses"
          system="icd10"
          title="诊断"
          first="主要诊断"
          hint="编码、名称或拼音首字母，如 K80、胆囊结石、dnjs"
          codes={diagnoses}
          onChange={setDiagnoses}
        />
        <CodeList
          id="case-procedures"
          system="icd9"
          title="手术操作"
          first="主要手术"
          hint="编码、名称或拼音首字母，如 51.23、腹腔镜"
          codes={procedures}
          onChange={setProcedures}
        />
        <div className="bc-case-numbers">
          <div className="bc-field">
            <span id="case-sex">性别</span>
            <Radio.Group
              aria-labelledby="case-sex"
              value={numbers.sex}
              onChange={({ target }) => setNumbers((all) => ({ ...all, sex: target.value as number }))}
              options={[
                { value: 1, label: '男' },
                { value: 2, label: '女' },
              ]}
            />
          </div>
          {number('age', '年龄（岁）', 150)}
          {numbers.age === 0 && number('age_days', '年龄（天）', 366)}
          {numbers.age === 0 && number('birth_weight', '新生儿入院体重（克）', 9999)}
          {number('length_of_stay', '住院天数', 9999)}
          <div className="bc-field">
            <span id="case-disposition">离院方式</span>
            <Select
              allowClear
              aria-labelledby="case-disposition"
              value={disposition}
              onChange={(value) => setDisposition(value ?? null)}
              options={DISPOSITIONS}
            />
          </div>
          {number('ventilator_hours', '有创呼吸机（小时）', 99_999)}
          {number('icu_hours', '重症监护（小时）', 99_999)}
        </div>
        <p>
          <Checkbox checked={translate} onChange={({ target }) => setTranslate(target.checked)}>
            编码是国临版，先转为医保版
          </Checkbox>
        </p>
        <p className="bc-quiet">输入的内容不保存。Alt+1 到诊断，Alt+2 到手术，Alt+N 算下一份。</p>
      </div>
      <section aria-label="分组结果" aria-live="polite">
        {empty ? (
          <Empty title="输入主要诊断后，这里显示病组和理由" hint="每改一处，结果随之更新。" />
        ) : result.error ? (
          <Failure problem={asProblem(result.error)} />
        ) : result.data ? (
          <CaseResult result={result.data} stale={result.isPlaceholderData} />
        ) : null}
      </section>
    </div>
  );
}
