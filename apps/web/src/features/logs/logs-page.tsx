import { changePlace, useParameter } from "../../lib/location.ts";
import { Field } from "../../widgets/field.tsx";
import { LogTable } from "./log-table.tsx";
import { SEVERITY_CHOICES } from "./severity.ts";

/** Log records that applications and systems reported. */
export function LogsPage() {
  const [service] = useParameter("service");
  const [text] = useParameter("text");
  const [traceId] = useParameter("traceId");
  const [severity] = useParameter("severity");
  const query = {
    ...{ service, text, minSeverity: Number(severity) || undefined },
    ...(traceId === "" ? {} : { traceId }),
  };
  return (
    <section aria-label="Logs">
      <div className="section-head">
        <h1>Logs</h1>
        <span className="dim">newest first; times are UTC</span>
      </div>
      <div className="fields">
        <Field label="Text" parameter="text" />
        <Field label="Service" parameter="service" />
        <Field label="Trace" parameter="traceId" />
        <label className="field">
          <span>Severity</span>
          <select value={severity} onChange={(event) => changePlace({ severity: event.target.value, page: undefined })}>
            {SEVERITY_CHOICES.map(({ number, word }) => (
              <option key={number} value={number === 0 ? "" : number}>
                {word}
              </option>
            ))}
          </select>
        </label>
      </div>
      <LogTable query={query} nothing="No log record matches." />
    </section>
  );
}
