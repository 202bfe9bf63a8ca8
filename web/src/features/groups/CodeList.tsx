import { ArrowUpOutlined, CloseOutlined } from '@ant-design/icons';
import { AutoComplete, Button, Tooltip } from 'antd';
import { useState } from 'react';
import { get, useGet } from '../../api/client';
import type { CodeHit } from './wire';
import { alike, codesIn, stemOf } from './words';

/** A code that was entered. */
export interface Entered {
  code: string;
  title: string | null;
}

interface CodeListProps {
  id: string;
  system: 'icd10' | 'icd9';
  title: string;
  /** What the first one is called. */
  first: string;
  hint: string;
  codes: Entered[];
  onChange: (codes: Entered[]) => void;
}

/** Codes in order, the first one the principal one; found by code, name or pinyin initials. */
export function CodeList({ id, system, title, first, hint, codes, onChange }: CodeListProps) {
  const [typed, setTyped] = useState('');
  const asked = typed.trim();
  const { data } = useGet<CodeHit[]>(asked === '' ? null : '/codes', { system, q: asked, limit: 12 });
  const add = (found: Entered[]) => {
    const fresh = found.filter(
      (one, at) =>
        !codes.some((known) => known.code === one.code) && found.findIndex((other) => other.code === one.code) === at,
    );
    onChange([...codes, ...fresh]);
    setTyped('');
  };
  const enter = async () => {
    const given = codesIn(asked);
    if (given.length === 0) return;
    // Codes that are pasted are taken as they are; a single word means the best that was found.
    const looked = await Promise.all(
      given.map(async (word) => {
        const hits = await get<CodeHit[]>('/codes', { system, q: word, limit: 1 }).catch(() => []);
        const best = hits[0];
        const isCode = /^[A-Za-z]?\d/.test(word);
        if (best && (!isCode || best.code.toLowerCase() === word.toLowerCase())) return best;
        return isCode ? { code: word, title: null } : null;
      }),
    );
    add(looked.filter((one) => one !== null));
  };
  const hits = asked === '' ? [] : (data ?? []);
  return (
    <div className="bc-field">
      <label htmlFor={id}>{title}</label>
      <AutoComplete
        id={id}
        value={typed}
        onChange={setTyped}
        onSelect={(code: string) => {
          const hit = hits.find((one) => one.code === code);
          add([{ code, title: hit?.title ?? null }]);
        }}
        onKeyDown={(event) => {
          // With nothing chosen in the list, Enter takes what was typed.
          const chosen = document.getElementById(id)?.getAttribute('aria-activedescendant');
          if (event.key === 'Enter' && (!chosen || hits.length === 0)) void enter();
        }}
        defaultActiveFirstOption
        placeholder={hint}
        options={hits.map((hit) => ({
          value: hit.code,
          disabled: !hit.usable,
          label: (
            <span>
              <code>{hit.code}</code> {hit.title ?? '—'}{' '}
              <span className="bc-quiet">{hit.usable ? hit.edition_text : hit.status_text}</span>
            </span>
          ),
        }))}
      />
      <ol className="bc-entered" aria-label={`已输入的${title}`}>
        {codes.map((one, at) => (
          <li key={one.code}>
            <span>
              <code>{one.code}</code> {one.title ?? ''} {at === 0 && <strong className="bc-info">{first}</strong>}
              {one.title === null && (
                <Unknown
                  code={one.code}
                  system={system}
                  onTake={(hit) => onChange(codes.map((own) => (own === one ? hit : own)))}
                />
              )}
            </span>
            {at > 0 && (
              <Tooltip title={`改作${first}`}>
                <Button
                  type="text"
                  size="small"
                  icon={<ArrowUpOutlined />}
                  aria-label={`把 ${one.code} 改作${first}`}
                  onClick={() => onChange([one, ...codes.filter((other) => other !== one)])}
                />
              </Tooltip>
            )}
            <Button
              type="text"
              size="small"
              icon={<CloseOutlined />}
              aria-label={`去掉 ${one.code}`}
              onClick={() => onChange(codes.filter((other) => other !== one))}
            />
          </li>
        ))}
      </ol>
    </div>
  );
}

interface UnknownProps {
  code: string;
  system: CodeListProps['system'];
  onTake: (hit: Entered) => void;
}

/** Says that a code is in no edition that is known here, and offers those that begin alike. */
function Unknown({ code, system, onTake }: UnknownProps) {
  const { data } = useGet<CodeHit[]>('/codes', { system, q: stemOf(code), limit: 20 });
  const known = data?.find((hit) => hit.code === code);
  if (!data || known) return known?.title ?? null;
  const near = alike(code, data);
  return (
    <span className="bc-bad bc-unknown">
      编码库中没有这个编码，分组时不起作用。
      {near.length > 0 && '是不是：'}
      {near.map((hit) => (
        <Button key={hit.code} size="small" onClick={() => onTake({ code: hit.code, title: hit.title })}>
          {hit.code} {hit.title}
        </Button>
      ))}
    </span>
  );
}
