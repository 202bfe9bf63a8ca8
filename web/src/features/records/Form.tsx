import { Scrolled } from '../../ui/Scrolled';
import { rowsOf } from './edits';
import { Field, type FormState } from './Field';
import type { RecordSection, RecordTable } from './wire';

/** The front page as on paper: sections, two columns, tables of diagnoses and procedures. */
export function Form({ sections, state }: { sections: readonly RecordSection[]; state: FormState }) {
  return (
    <div className="rf-form">
      {sections.map((section) => (
        <section key={section.id} aria-label={section.title} className={`rf-section rf-section-${section.id}`}>
          <h3>{section.title}</h3>
          {section.fields.length > 0 && (
            <div className="rf-fields">
              {section.fields.map((field) => (
                <Field key={`${field.field}/${field.index}`} field={field} state={state} />
              ))}
            </div>
          )}
          {section.tables.map((table) => (
            <Rows key={table.id} table={table} state={state} />
          ))}
        </section>
      ))}
    </div>
  );
}

function Rows({ table, state }: { table: RecordTable; state: FormState }) {
  const all = rowsOf(table, state.edits);
  const rows = state.editable ? all : all.slice(0, table.rows.length);
  if (rows.length === 0) return null;
  return (
    <Scrolled label={table.title} fields={state.editable}>
      <table className="rf-table" aria-label={table.title}>
        <thead>
          <tr>
            <th scope="col">{table.title}</th>
            {table.blank.map((field) => (
              <th key={field.field} scope="col">
                {field.name.replace(/^出院诊断|^手术操作/, '') || field.name}
                {field.unit && <span className="bc-unit">{field.unit}</span>}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, at) => (
            <tr key={row[0]?.index ?? at}>
              <th scope="row">{at === 0 && /^(diagnoses|procedures)$/.test(table.id) ? '主要' : at + 1}</th>
              {row.map((field) => (
                <td key={field.field}>
                  <Field field={field} state={state} bare />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Scrolled>
  );
}
