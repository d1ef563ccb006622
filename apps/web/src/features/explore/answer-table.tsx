import { formatMeasured } from "@weir/base";
import { type Answer, type AnswerColumn, errorOf } from "@weir/http-contract";
import { momentText } from "../../lib/time-text.ts";
import { ErrorBar } from "./error-bar.tsx";
import { groupText } from "./series.ts";

/** Rows of an answer as they came, with units. */
export function AnswerTable({ answer: { columns, rows } }: { readonly answer: Answer }) {
  const shown = columns.filter(({ role }) => role !== "others" && role !== "error");
  const others = columns.findIndex(({ role }) => role === "others");
  return (
    <div className="card scroll">
      <table>
        <thead>
          <tr>
            {shown.map((column) => (
              <th key={column.name} scope="col" className={isNumber(column) ? "number" : undefined}>
                {column.name}
                {column.estimated ? (
                  <span className="dim" title="An estimate">
                    {" "}
                    ≈
                  </span>
                ) : null}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => {
            const isOthers = others >= 0 && row[others] === true;
            return (
              <tr
                key={JSON.stringify(
                  row.slice(
                    0,
                    columns.findIndex(({ role }) => role === "measure"),
                  ),
                )}
              >
                {shown.map((column) => (
                  <td key={column.name} className={isNumber(column) ? "number" : undefined}>
                    {isOthers && column.role === "group" ? (
                      <span className="dim">others</span>
                    ) : (
                      <>
                        {cellText(row[columns.indexOf(column)], column)}
                        <ErrorBar error={errorOf(columns, row, column.name)} unit={column.unit} />
                      </>
                    )}
                  </td>
                ))}
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

function isNumber({ role }: AnswerColumn): boolean {
  return role === "measure" || role === "before";
}

function cellText(value: unknown, { role, type, unit }: AnswerColumn): string {
  if (role === "group" && typeof value !== "number") return groupText(value);
  if (value === null || value === undefined) return "–";
  if (type === "time") return momentText(String(value));
  if (typeof value === "number")
    return role === "group" && unit === undefined ? String(value) : formatMeasured(value, unit);
  return String(value);
}
