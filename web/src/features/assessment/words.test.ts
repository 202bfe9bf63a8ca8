import { describe, expect, it } from 'vitest';
import type { InstitutionScore } from './wire';
import { gradeRemark, gradeTone, whatBecomesFinal, whyNotPublished } from './words';

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
});
