import type { FilterField } from "@weir/http-contract";
import { argumentOf, type ExploreState, fieldsFor, MEASURE_KINDS, measureParts, withKind } from "./explore-state.ts";
import { FieldInput } from "./field-input.tsx";

interface MeasureInputProps {
  readonly state: ExploreState;
  readonly change: (changes: Partial<ExploreState>) => void;
  readonly fields: readonly FilterField[];
}

/** What is computed: the measure, and the field or condition that it is computed from. */
export function MeasureInput({ state, change, fields }: MeasureInputProps) {
  const parts = measureParts(state.measure);
  const wanted = argumentOf(parts.kind);
  const put = (argument: string) => change({ measure: `${parts.kind}(${argument})` });
  return (
    <span className="measure-input">
      <select
        aria-label="Measure"
        value={parts.kind}
        onChange={({ target }) => change({ measure: withKind(target.value, parts, state.record) })}
      >
        {MEASURE_KINDS.map(([kind, title]) => (
          <option key={kind} value={kind}>
            {title}
          </option>
        ))}
      </select>
      {wanted === "none" ? null : (
        <FieldInput
          key={state.measure}
          label={wanted === "condition" ? "Condition of the measure" : "Field of the measure"}
          placeholder={wanted === "condition" ? "condition" : "field"}
          name={parts.argument}
          fields={wanted === "condition" ? [] : fieldsFor(fields, wanted)}
          onName={put}
        />
      )}
    </span>
  );
}
