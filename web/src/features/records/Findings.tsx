import { Button } from 'antd';
import { Figure } from '../../ui/Figure';
import { Status } from '../../ui/Status';
import { toneOf } from './edits';
import type { RecordFinding, RecordSuggestion } from './wire';

interface FindingsProps {
  findings: readonly RecordFinding[];
  suggestions: readonly RecordSuggestion[];
  /** What a field is called. */
  nameOf: (field: string) => string;
  onFocus: (field: string) => void;
  onTake: ((suggestion: RecordSuggestion) => void) | null;
}

/** What is wrong, in the margin: severity, what, how to mend it, where. */
export function Findings({ findings, suggestions, nameOf, onFocus, onTake }: FindingsProps) {
  return (
    <aside className="rf-margin" aria-label="质控问题">
      <h3>质控问题 {findings.length > 0 && <span className="bc-quiet">{findings.length}</span>}</h3>
      {findings.length === 0 && <Status tone="good" text="没有发现问题" />}
      <ul className="rf-findings" aria-live="polite">
        {findings.map((finding) => (
          <li key={finding.check} className={`rf-finding rf-finding-${toneOf(finding.severity)}`}>
            <div className="rf-finding-head">
              <Status tone={toneOf(finding.severity)} text={finding.severity_text} />
              <span className="bc-quiet">
                {finding.check} · {finding.stage_text}
              </span>
            </div>
            <p>{finding.message}</p>
            {finding.mend && (
              <p className="rf-mend">
                <b>如何改正</b> {finding.mend}
              </p>
            )}
            {finding.mended_drg && (
              <p className="bc-quiet">
                改正后入组 {finding.mended_drg}，权重变化{' '}
                <Figure value={finding.weight_difference} kind="weight" signed />
              </p>
            )}
            {finding.across && <p className="bc-quiet">涉及同一患者的其他病案，保存后重新检查</p>}
            <div className="rf-finding-fields">
              {finding.fields.map((field) => (
                <Button key={field} size="small" onClick={() => onFocus(field)}>
                  {nameOf(field)}
                </Button>
              ))}
            </div>
          </li>
        ))}
      </ul>
      {suggestions.length > 0 && (
        <>
          <h3>有把握的更正</h3>
          <ul className="rf-findings">
            {suggestions.map((one) => (
              <li key={`${one.field}/${one.index}`} className="rf-finding">
                <p>
                  {one.name}：{one.before || '（空）'} → {one.after || '（空）'}
                </p>
                <p className="bc-quiet">{one.kind_text}</p>
                {onTake && one.usable && (
                  <Button size="small" onClick={() => onTake(one)}>
                    采用
                  </Button>
                )}
              </li>
            ))}
          </ul>
        </>
      )}
    </aside>
  );
}
