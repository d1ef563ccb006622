import { formatMeasured } from "@weir/base";
import { type Answer, type AnswerColumn, errorOf } from "@weir/http-contract";
import { ErrorBar } from "./error-bar.tsx";
import { groupName } from "./series.ts";

interface BarListProps {
  readonly answer: Answer;
  /** Narrows the question to one group. */
  readonly onNarrow: (row: readonly unknown[]) => void;
}

/** Groups as bars of their first measure, each against the largest; with the earlier value and the change where it is compared. */
export function BarList({ answer: { columns, rows }, onNarrow }: BarListProps) {
  const measure = columns.findIndex(({ role }) => role === "measure");
  const before = columns.findIndex(({ role }) => role === "before");
  const others = columns.findIndex(({ role }) => role === "others");
  const hasGroups = columns.some(({ role }) => role === "group");
  const column = columns[measure] as AnswerColumn;
  const numberAt = (row: readonly unknown[], index: number) =>
    typeof row[index] === "number" ? row[index] : undefined;
  const largest = Math.max(...rows.flatMap((row) => [numberAt(row, measure) ?? 0, numberAt(row, before) ?? 0]), 0);
  const share = (value: number | undefined) => `${largest > 0 ? (100 * Math.max(0, value ?? 0)) / largest : 0}%`;
  return (
    <ol className="bar-list card">
      {rows.map((row) => {
        const name = groupName(columns, row);
        const [value, earlier] = [numberAt(row, measure), before < 0 ? undefined : numberAt(row, before)];
        const isOthers = others >= 0 && row[others] === true;
        return (
          <li key={`${isOthers} ${name}`} data-testid="explore-bar">
            {hasGroups && !isOthers ? (
              <button type="button" className="bar-name" title={`Only ${name}`} onClick={() => onNarrow(row)}>
                {name}
              </button>
            ) : (
              <span className="bar-name dim">{name}</span>
            )}
            <span className="bar-track">
              <span className="bar-value" style={{ width: share(value) }} />
              {before < 0 ? null : <span className="bar-before" style={{ left: share(earlier) }} title="Before" />}
            </span>
            <span className="bar-number">
              {value === undefined ? "–" : formatMeasured(value, column.unit)}
              <ErrorBar error={errorOf(columns, row, column.name)} unit={column.unit} />
              {before < 0 ? null : <Change value={value} earlier={earlier} unit={column.unit} />}
            </span>
          </li>
        );
      })}
    </ol>
  );
}

interface ChangeProps {
  readonly value: number | undefined;
  readonly earlier: number | undefined;
  readonly unit: string | undefined;
}

function Change({ value, earlier, unit }: ChangeProps) {
  if (earlier === undefined) return <span className="dim"> new</span>;
  if (value === undefined) return <span className="dim"> was {formatMeasured(earlier, unit)}</span>;
  const text = value === earlier ? "as before" : changeText(value, earlier);
  return (
    <span className="dim" title={`Before: ${formatMeasured(earlier, unit)}`}>
      {" "}
      {text}
    </span>
  );
}

/** Beyond this, a change is easier to read as how many times. */
const MOST_PERCENT = 300;

function changeText(value: number, earlier: number): string {
  if (earlier === 0) return "was 0";
  const percent = (100 * (value - earlier)) / Math.abs(earlier);
  if (percent > MOST_PERCENT) return `×${(value / earlier).toFixed(0)}`;
  return `${percent >= 0 ? "+" : "−"}${Math.abs(percent).toFixed(0)} %`;
}
