import type { ExploreState } from "./explore-state.ts";
import { FieldInput } from "./field-input.tsx";

interface PeriodInputProps {
  readonly state: ExploreState;
  readonly change: (changes: Partial<ExploreState>) => void;
  /** The period that the last answer covers: what stands there while none is chosen. */
  readonly range: { readonly from: string; readonly to: string } | undefined;
}

/** The period, and whether the one before it stands beside it. */
export function PeriodInput({ state, change, range }: PeriodInputProps) {
  const { from, to, compare } = state;
  const isWhole = from === "" && to === "";
  return (
    <span className="period-input">
      <FieldInput
        key={`from ${from}`}
        label="From"
        name={from}
        placeholder={range?.from.slice(0, 19) ?? "first"}
        fields={[]}
        onName={(next) => change({ from: moment(next) })}
      />
      to
      <FieldInput
        key={`to ${to}`}
        label="To"
        name={to}
        placeholder={range?.to.slice(0, 19) ?? "last"}
        fields={[]}
        onName={(next) => change({ to: moment(next) })}
      />
      {isWhole ? null : (
        <button type="button" className="small quiet" onClick={() => change({ from: "", to: "", compare: false })}>
          Whole time
        </button>
      )}
      <label className="toggle" title={isWhole ? "Choose a period first" : "The same for the period before it"}>
        <input
          type="checkbox"
          checked={compare && from !== "" && to !== ""}
          disabled={from === "" || to === ""}
          onChange={({ target }) => change({ compare: target.checked })}
        />
        compared with the period before
      </label>
    </span>
  );
}

/** A moment in UTC as the hub takes it, whether or not the zone was written. */
function moment(text: string): string {
  const dated = text.trim().replace(" ", "T");
  return dated === "" || dated.endsWith("Z") ? dated : `${dated}Z`;
}
