import type { Field } from "@weir/model";
import type { ConnectionJson } from "../../lib/api.ts";
import { useParameter } from "../../lib/location.ts";
import { definitionOf, fieldValueText } from "./field-value.ts";
import { type HealthGroup, type HealthRow, healthGroups } from "./health-rows.ts";

/** Numbers that are only worth a look where they are not zero. */
const TROUBLE = /(etransmi|OutOfOrder|LostSegments|UnseenAcked|DuplicateAcks|ZeroWindow|WindowFull|Resets)/;
const GROUPS = healthGroups();

/** The connection's health: each number of both sides, with its definition at hand. */
export function HealthNumbers({ connection }: { readonly connection: ConnectionJson }) {
  const [definitions, setDefinitions] = useParameter("definitions");
  const isExplained = definitions !== "";
  return (
    <section aria-label="All numbers">
      <div className="section-head">
        <h2>All numbers</h2>
        <p className="dim">Definitions are Wireshark's where it has one; point at a number to read its own.</p>
        <label className="toggle">
          <input
            type="checkbox"
            checked={isExplained}
            onChange={(event) => setDefinitions(event.target.checked ? "shown" : undefined)}
          />
          Show definitions
        </label>
      </div>
      <div className={`health ${isExplained ? "explained" : ""}`}>
        {GROUPS.map((group) => (
          <Group key={group.title} group={group} connection={connection} isExplained={isExplained} />
        ))}
      </div>
    </section>
  );
}

interface GroupProps {
  readonly group: HealthGroup;
  readonly connection: ConnectionJson;
  readonly isExplained: boolean;
}

function Group({ group, connection, isExplained }: GroupProps) {
  const values: Readonly<Record<string, unknown>> = connection;
  const rows = group.rows.filter((row) =>
    [row.client, row.server, row.whole].some((field) => field !== undefined && isKnown(values[field.name])),
  );
  if (rows.length === 0) return null;
  return (
    <table className="card health-group">
      <thead>
        <tr>
          <th scope="col">{group.title}</th>
          <th scope="col" className="number">
            client
          </th>
          <th scope="col" className="number">
            server
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <Row key={`${row.label} ${row.whole?.name ?? ""}`} row={row} values={values} isExplained={isExplained} />
        ))}
      </tbody>
    </table>
  );
}

interface RowProps {
  readonly row: HealthRow;
  readonly values: Readonly<Record<string, unknown>>;
  readonly isExplained: boolean;
}

function Row({ row, values, isExplained }: RowProps) {
  const fields = [row.client, row.server, row.whole].filter((field) => field !== undefined);
  return (
    <tr>
      <th scope="row" title={fields.map(definitionOf).join("\n")}>
        {row.label}
        {isExplained ? fields.map((field) => <small key={field.name}>{definitionOf(field)}</small>) : null}
      </th>
      {row.whole === undefined ? (
        <>
          <Value field={row.client} values={values} />
          <Value field={row.server} values={values} />
        </>
      ) : (
        <Value field={row.whole} values={values} columns={2} />
      )}
    </tr>
  );
}

interface ValueProps {
  readonly field: Field | undefined;
  readonly values: Readonly<Record<string, unknown>>;
  readonly columns?: number;
}

function Value({ field, values, columns = 1 }: ValueProps) {
  if (field === undefined) return <td />;
  const value = values[field.name];
  const isTrouble = TROUBLE.test(field.name) && typeof value === "number" && value > 0;
  const isQuiet = value === 0 || !isKnown(value);
  return (
    <td
      className={`number ${isTrouble ? "trouble" : ""} ${isQuiet ? "zero" : ""}`}
      colSpan={columns}
      title={definitionOf(field)}
    >
      {fieldValueText(field, value)}
    </td>
  );
}

function isKnown(value: unknown): boolean {
  return value !== undefined && value !== "" && !(Array.isArray(value) && value.length === 0);
}
