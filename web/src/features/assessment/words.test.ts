import { describe, expect, it } from 'vitest';
import type { IndexBody, InputsBody, InstitutionScore, RunBody } from './wire';
import {
  gradeRemark,
  gradeTone,
  itemLabel,
  slotsOf,
  stagesOf,
  whatBecomesFinal,
  whyClosed,
  whyNoClass,
  whyNotPublished,
} from './words';

const score = (grade: string | null, more: Partial<InstitutionScore> = {}) =>
  ({ grade, veto: false, gate: '', next_grade: '', next_missing: null, ...more }) as InstitutionScore;

describe('assessments in words', () => {
  it('says what keeps a run from being published', () => {
    expect(whyNotPublished({ state: 'computed' }, [], [])).toBe('');
    expect(whyNotPublished({ state: 'computed' }, [{ state: 'open' }], [])).toContain('1 件异议');
    expect(whyNotPublished({ state: 'adjusted' }, [], [{ decision: 'approved' }])).toContain('重新计算');
  });

  it('names what becomes final', () => {
    const told = whatBecomesFinal([score('好'), score('好'), score(null)], ['好', '差']);
    expect(told).toContain('3 家机构');
    expect(told).toContain('“好”2 家，等次待定 1 家');
  });

  it('tells why a grade is what it is', () => {
    expect(gradeRemark(score('较好', { gate: '党建', grade_by_score: '好' }))).toContain('条件“党建”不具备');
    expect(gradeRemark(score('较好', { next_grade: '好', next_missing: '0.35' }))).toBe('距“好”差 0.35 分');
    expect(gradeTone(['好', '差'], '差')).toBe('bad');
  });

  it('refuses corrections after publication with a sentence', () => {
    expect(whyClosed({ state: 'published' })).toContain('请重新考核');
    expect(whyClosed({ state: 'computed' })).toBe('');
  });

  it('lists an item with its code, name and points', () => {
    const item = { item: 'H1', title: '手术占比', score: '10.50', points: '12.00', excluded: false };
    expect(itemLabel(item)).toBe('H1 手术占比 · 10.50 / 12.00 分');
    expect(itemLabel({ ...item, excluded: true })).toContain('不计');
  });

  it('tells the stages of a run with who did what', () => {
    const act = (action: string, actor: string) => ({ action, actor, at: '2026-01-05 09:00' });
    const found = {
      run: { state: 'computed' },
      objections: [{ state: 'open' }, { state: 'rejected' }],
      adjustments: [],
      history: [act('freeze', 'county'), act('compute', 'county'), act('object', 'president')],
    } as unknown as RunBody;
    const stages = stagesOf(found);
    expect(stages.map((one) => one.state)).toEqual(['finish', 'finish', 'process', 'wait', 'wait']);
    expect(stages[2]?.told).toBe('1 件待答复，president 2026-01-05 09:00');
  });

  it('offers what can be entered, with what was', () => {
    const inputs = {
      phases: [{ id: 'q1', title: '第一季度', scale: '100', from_items: true, due: '' }],
      conditions: [{ key: 'party', title: '党建', grade: '好', accepts: ['好'] }],
      items: [
        {
          table: 'hospital',
          item: 'H9',
          title: '投诉',
          key: 'c',
          unit: '起',
          points: '6',
          rule: '每起扣 2 分',
          phases: [],
        },
      ],
      institutions: [
        { organisation: 'A', name: '甲院', table: 'hospital', may_enter: true },
        { organisation: 'B', name: '乙院', table: 'township', may_enter: false },
      ],
      entries: [{ organisation: 'A', kind: 'phase', phase: '', name: 'q1', value: '91', version: 3 }],
    } as unknown as InputsBody;
    const phases = slotsOf(inputs, 'phase');
    expect(phases.map((one) => [one.institution, one.entry?.version])).toEqual([
      ['甲院', 3],
      ['乙院', undefined],
    ]);
    expect(phases[0]?.rule).toBe('0–100 分；不录入时由指标表计算');
    const items = slotsOf(inputs, 'item');
    expect(items.map((one) => [one.organisation, one.phase, one.rule])).toEqual([
      ['A', 'q1', '满分 6 分，每起扣 2 分'],
    ]);
    expect(slotsOf(inputs, 'attribute')[1]?.rule).toBe('“好”方可评“好”');
  });

  it('says why a class of the index is empty and which are not', () => {
    const empty = { id: 't', title: '三级医院', words: ['三级'], standings: [], shifts: [] };
    const index = {
      period: '2025',
      institutions: 9,
      classes: [empty, { title: '二级医院', words: ['二级'], standings: [{}, {}] }],
    } as unknown as IndexBody;
    const told = whyNoClass(index, empty, '云泽县');
    expect(told).toContain('云泽县2025年有 9 家机构，其中没有三级医院');
    expect(told).toContain('二级医院（2 家）');
  });
});
