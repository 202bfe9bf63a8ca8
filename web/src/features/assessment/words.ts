import type { Tone } from '../../ui/Status';
import type { AdjustmentBody, InstitutionScore, ObjectionBody, RunBody } from './wire';

/** The tone of a run's state. */
export function runTone(state: string): Tone {
  if (state === 'published') return 'good';
  return state === 'computed' ? 'info' : 'warn';
}

/** The tone of a grade: the best is good, the last is bad. */
export function gradeTone(grades: readonly string[], grade: string | null): Tone {
  if (grade === null) return 'neutral';
  const place = grades.indexOf(grade);
  if (place === 0) return 'good';
  if (place === grades.length - 1) return 'bad';
  return place === 1 ? 'info' : 'warn';
}

/** What keeps a run from being published; empty when nothing does. */
export function whyNotPublished(
  run: Pick<RunBody['run'], 'state'>,
  objections: readonly Pick<ObjectionBody, 'state'>[],
  adjustments: readonly Pick<AdjustmentBody, 'decision'>[],
): string {
  if (run.state === 'published') return '已经发布';
  const open = objections.filter((one) => one.state === 'open').length;
  const undecided = adjustments.filter((one) => one.decision === 'proposed').length;
  if (open > 0 || undecided > 0) return `还有 ${open} 件异议没有答复、${undecided} 项调整没有决定`;
  if (run.state === 'adjusted') return '有调整刚刚作出决定，请先重新计算';
  return run.state === 'computed' ? '' : '还没有计算';
}

/** What becomes final when a run is published, in a sentence. */
export function whatBecomesFinal(institutions: readonly InstitutionScore[], grades: readonly string[]): string {
  const counts = grades
    .map((grade) => [grade, institutions.filter((one) => one.grade === grade).length] as const)
    .filter(([, count]) => count > 0)
    .map(([grade, count]) => `“${grade}”${count} 家`);
  const open = institutions.filter((one) => one.grade === null).length;
  if (open > 0) counts.push(`等次待定 ${open} 家`);
  return `${institutions.length} 家机构的得分、名次和等次（${counts.join('，')}）将定稿并向被考核机构公开，此后不能再改动。`;
}

/** Why the grade is not that of the score, or how far the next one is. */
export function gradeRemark(one: InstitutionScore): string {
  if (one.veto) return '有否决事项';
  if (one.gate) return `按得分为“${one.grade_by_score ?? ''}”，条件“${one.gate}”不具备`;
  return one.next_grade && one.next_missing ? `距“${one.next_grade}”差 ${one.next_missing} 分` : '';
}
