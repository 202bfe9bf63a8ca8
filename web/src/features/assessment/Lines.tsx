import type { LineBody } from './wire';
import './assessment.css';

/** An explanation: sentences below each other, with their clauses. */
export function Lines({ lines }: { lines: readonly LineBody[] }) {
  return (
    <ul className="assessment-lines">
      {lines.map((line, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a line has no name but its place
        <li key={place} style={{ paddingLeft: line.depth * 24 }}>
          {line.text}
          {line.clause && <span className="bc-quiet">【{line.clause}】</span>}
        </li>
      ))}
    </ul>
  );
}
