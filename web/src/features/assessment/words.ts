import type { Tone } from '../../ui/Status';
import type {
  AdjustmentBody,
  EntryBody,
  IndexBody,
  IndexClass,
  InputsBody,
  InstitutionScore,
  ObjectionBody,
  RunActionBody,
  RunBody,
  ScoredItem,
} from './wire';

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

/** Why objections and changes are not taken; empty while they are. */
export function whyClosed(run: Pick<RunBody['run'], 'state'>): string {
  if (run.state === 'published') return '考核已发布，结果不再改动；如需更正，请重新考核';
  return run.state === 'frozen' ? '考核还没有计算' : '';
}

/** An item in a list to choose from: code, name, and what it has now. */
export function itemLabel(item: Pick<ScoredItem, 'item' | 'title' | 'score' | 'points' | 'excluded'>): string {
  const now = item.excluded ? '不计' : `${item.score ?? '—'} / ${item.points} 分`;
  return `${item.item} ${item.title} · ${now}`;
}

/** A stage of an assessment, with who did it last and when. */
export interface Stage {
  title: string;
  told: string;
  state: 'finish' | 'process' | 'wait';
}

/** How far a run is: frozen and computed, objections answered, changes decided, published. */
export function stagesOf(found: Pick<RunBody, 'run' | 'objections' | 'adjustments' | 'history'>): Stage[] {
  const { run, objections, adjustments, history } = found;
  const last = (...actions: string[]): RunActionBody | undefined =>
    [...history].reverse().find((one) => actions.includes(one.action));
  const by = (one: RunActionBody | undefined) => (one ? `${one.actor} ${one.at}` : '');
  const published = run.state === 'published';
  const computed = run.state !== 'frozen';
  const open = objections.filter((one) => one.state === 'open').length;
  const undecided = adjustments.filter((one) => one.decision === 'proposed').length;
  const told = (count: number, left: number, words: string, who: string) =>
    [count === 0 ? '没有' : left > 0 ? `${left} ${words}` : `${count} 件，都已办结`, who].filter(Boolean).join('，');
  return [
    { title: '冻结数据', told: by(last('freeze')), state: 'finish' },
    {
      title: '计算得分',
      told: run.state === 'adjusted' ? '有调整已决定，须重新计算' : by(last('compute')),
      state: !computed || run.state === 'adjusted' ? 'process' : 'finish',
    },
    {
      title: '异议和答复',
      told: told(objections.length, open, '件待答复', by(last('reply', 'object'))),
      state: published || (objections.length > 0 && open === 0) ? 'finish' : computed ? 'process' : 'wait',
    },
    {
      title: '调整和决定',
      told: told(adjustments.length, undecided, '项待决定', by(last('decide', 'propose'))),
      state: published || (adjustments.length > 0 && undecided === 0) ? 'finish' : undecided > 0 ? 'process' : 'wait',
    },
    { title: '发布', told: by(last('publish')), state: published ? 'finish' : 'wait' },
  ];
}

/** Something that can be entered for an institution, with what was entered. */
export interface Slot {
  key: string;
  organisation: string;
  institution: string;
  kind: 'phase' | 'attribute' | 'item';
  phase: string;
  name: string;
  title: string;
  unit: string;
  /** What may be entered and how it counts. */
  rule: string;
  /** The full mark of a phase. */
  most: string;
  accepts: readonly string[];
  mayEnter: boolean;
  entry: EntryBody | undefined;
}

/** All that can be entered of a kind, institution by institution. */
export function slotsOf(inputs: InputsBody, kind: Slot['kind']): Slot[] {
  return inputs.institutions.flatMap((own) => {
    const slot = (
      phase: string,
      name: string,
      more: Pick<Slot, 'title' | 'unit' | 'rule' | 'most' | 'accepts'>,
    ): Slot => ({
      key: [own.organisation, kind, phase, name].join('/'),
      organisation: own.organisation,
      institution: own.name,
      kind,
      phase,
      name,
      mayEnter: own.may_enter,
      entry: inputs.entries.find(
        (one) => one.organisation === own.organisation && one.kind === kind && one.phase === phase && one.name === name,
      ),
      ...more,
    });
    const plain = { unit: '', most: '', accepts: [] };
    if (kind === 'phase')
      return inputs.phases.map((one) => {
        const instead = one.from_items ? '；不录入时由指标表计算' : '';
        const rule = `0–${one.scale} 分${instead}${one.due ? `；${one.due}` : ''}`;
        return slot('', one.id, { ...plain, title: one.title, unit: '分', rule, most: one.scale });
      });
    if (kind === 'attribute')
      return inputs.conditions.map((one) => {
        const rule = `${one.accepts.map((word) => `“${word}”`).join('、')}方可评“${one.grade}”`;
        return slot('', one.key, { ...plain, title: one.title, rule, accepts: one.accepts });
      });
    return inputs.items
      .filter((one) => one.table === own.table)
      .flatMap((one) => {
        const phases = inputs.phases.filter((phase) => one.phases.length === 0 || one.phases.includes(phase.id));
        const rule = `满分 ${one.points} 分，${one.rule}`;
        return phases.map((phase) =>
          slot(phase.id, one.key, {
            ...plain,
            title: `${one.item} ${one.title}（${phase.title}）`,
            unit: one.unit,
            rule,
          }),
        );
      });
  });
}

/** Why a class of an index has nobody in it, and which classes have. */
export function whyNoClass(index: IndexBody, empty: Pick<IndexClass, 'title' | 'words'>, organisation: string): string {
  const words = empty.words.map((word) => `“${word}”`).join('、');
  const others = index.classes.filter((one) => one.standings.length > 0);
  const offered = others.map((one) => `${one.title}（${one.standings.length} 家）`).join('、');
  const none = `${organisation || '这里'}${index.period}年有 ${index.institutions} 家机构，其中没有${empty.title}（登记为${words}的），不出这一类的指数。`;
  return offered ? `${none}有机构的类别：${offered}。` : `${none}请在上方换一个地区。`;
}
