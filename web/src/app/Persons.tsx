import type { DemoPerson } from './wire';

interface PersonsProps {
  persons: readonly DemoPerson[];
  busy: boolean;
  onPick: (name: string) => void;
}

/** The persons of the demo: what each does, and signing in as one with one click. */
export function Persons({ persons, busy, onPick }: PersonsProps) {
  return (
    <section aria-labelledby="persons-title" className="bc-persons">
      <h2 id="persons-title">演示：选一个身份进入</h2>
      <p className="bc-quiet">全部是合成数据，没有真实的患者和机构。可随时在右上角换身份。</p>
      <ul>
        {persons.map((person) => (
          <li key={person.name}>
            <button type="button" className="bc-card bc-person" disabled={busy} onClick={() => onPick(person.name)}>
              <span className="bc-person-head">
                <strong>{person.role_title || person.title}</strong>
                <span className="bc-quiet">{person.title === person.role_title ? person.name : person.title}</span>
              </span>
              <span className="bc-quiet">{person.duty}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
