import type { Field } from "@weir/model";
import type { ConnectionJson } from "../../lib/api.ts";
import { type EndRow, endRows, endValueText } from "./end-rows.ts";

const ROWS = endRows();

/** Who is at both ends: process, container, pod, node, zone, as it was when the connection began; nothing where no agent saw it. */
export function ConnectionEnds({ connection }: { readonly connection: ConnectionJson }) {
  const values: Readonly<Record<string, unknown>> = connection;
  const rows = ROWS.filter(({ client, server }) =>
    [client, server].some((field) => endValueText(field, values[field.name]) !== undefined),
  );
  if (rows.length === 0) return null;
  return (
    <section aria-label="Both ends">
      <div className="section-head">
        <h2>Both ends</h2>
        <p className="dim">As they were when the connection began.</p>
      </div>
      <div className="card scroll">
        <table className="ends" aria-label="both ends">
          <thead>
            <tr>
              <td />
              <th scope="col">client</th>
              <th scope="col">server</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <Row key={row.label} row={row} values={values} />
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function Row({ row, values }: { readonly row: EndRow; readonly values: Readonly<Record<string, unknown>> }) {
  const { label, client, server } = row;
  return (
    <tr>
      <th scope="row">{label}</th>
      <Value field={client} value={values[client.name]} />
      <Value field={server} value={values[server.name]} />
    </tr>
  );
}

function Value({ field, value }: { readonly field: Field; readonly value: unknown }) {
  const { meaning, otel = field.name } = field;
  const isWhy = field.name.endsWith("Unknown");
  return (
    <td className={isWhy ? "dim" : undefined} title={`${meaning} (${otel})`}>
      {endValueText(field, value) ?? <span className="dim">–</span>}
    </td>
  );
}
