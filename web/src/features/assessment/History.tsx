import type { RunActionBody, RunBody } from './wire';

/** What happened to a run, the newest first; of one institution, what concerns it and the run as a whole. */
export function History({ found, organisation }: { found: RunBody; organisation?: string }) {
  const name = (one: RunActionBody) =>
    found.institutions.find((own) => own.organisation === one.organisation)?.name ?? one.organisation;
  const own = found.history.filter(
    (one) => !organisation || one.organisation === '' || one.organisation === organisation,
  );
  return (
    <ul>
      {[...own].reverse().map((one, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: history only grows
        <li key={own.length - place}>
          {one.at} {one.actor} {one.action_text} {name(one)} {one.note}
        </li>
      ))}
    </ul>
  );
}
