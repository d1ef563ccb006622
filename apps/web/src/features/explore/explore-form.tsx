import { useQuery } from "@tanstack/react-query";
import type { FilterField, Problem } from "@weir/http-contract";
import { type FormEvent, useEffect, useState } from "react";
import { api } from "../../lib/api.ts";
import { FilterProblem } from "../filter/filter-bar.tsx";
import { FilterInput } from "../filter/filter-input.tsx";
import { BUCKETS, EXPLORED, type ExploreState, fieldsFor, LIMITS } from "./explore-state.ts";
import { FieldInput } from "./field-input.tsx";
import { MeasureInput } from "./measure-input.tsx";
import { PeriodInput } from "./period-input.tsx";

interface ExploreFormProps {
  readonly state: ExploreState;
  readonly change: (changes: Partial<ExploreState>) => void;
  /** What is wrong with the question as it stands. */
  readonly problem: Problem | undefined;
  /** The period that the last answer covers. */
  readonly range: { readonly from: string; readonly to: string } | undefined;
}

/** Fields that the page can group by at once. */
const MOST_GROUPS = 3;

/** What is asked: of what, which, by what, in which groups, when. Every change but those of texts asks at once. */
export function ExploreForm({ state, change, problem, range }: ExploreFormProps) {
  const { record, groupBy } = state;
  const [filter, setFilter] = useState(state.filter);
  useEffect(() => setFilter(state.filter), [state.filter]);
  const { data } = useQuery({
    queryKey: ["filter-fields", record],
    queryFn: () => api.filterFields({ record }),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const fields = data?.items ?? [];
  const submit = (event: FormEvent) => {
    event.preventDefault();
    change({ filter: filter.trim() });
  };
  return (
    <form className="explore-form card" onSubmit={submit}>
      <div className="explore-row">
        <select
          aria-label="Record"
          value={record}
          onChange={({ target }) =>
            change({
              record: target.value as ExploreState["record"],
              filter: "",
              groupBy: ["server.service"],
              measure: "count()",
            })
          }
        >
          {EXPLORED.map((word) => (
            <option key={word} value={word}>
              {RECORD_TITLES[word]}
            </option>
          ))}
        </select>
        <FilterInput text={filter} onText={setFilter} record={record} placeholder="all of them; or a filter   ( / )" />
        <button type="submit">Ask</button>
      </div>
      <div className="explore-row">
        <MeasureInput state={state} change={change} fields={fields} />
        <GroupInputs
          groupBy={groupBy}
          fields={fieldsFor(fields, "any")}
          onChange={(next) => change({ groupBy: next })}
        />
      </div>
      <div className="explore-row">
        <label>
          Largest{" "}
          <select value={state.limit} onChange={({ target }) => change({ limit: Number(target.value) })}>
            {LIMITS.map((limit) => (
              <option key={limit}>{limit}</option>
            ))}
          </select>
        </label>
        <label className="toggle">
          <input type="checkbox" checked={state.others} onChange={({ target }) => change({ others: target.checked })} />
          and the others together
        </label>
        <label>
          Over time{" "}
          <select value={state.bucket} onChange={({ target }) => change({ bucket: target.value })}>
            <option value="">no</option>
            {BUCKETS.map((bucket) => (
              <option key={bucket} value={bucket}>
                {bucket === "auto" ? "yes" : `every ${bucket}`}
              </option>
            ))}
          </select>
        </label>
        <PeriodInput state={state} change={change} range={range} />
      </div>
      {problem?.part === undefined ? null : (
        <FilterProblem
          text={partText(state, problem.part)}
          problem={problem}
          onTake={(text) => change(withPart(state, problem.part ?? "", text))}
        />
      )}
    </form>
  );
}

const RECORD_TITLES: Readonly<Record<ExploreState["record"], string>> = {
  call: "Calls",
  connection: "Connections",
  retry: "Retries",
  delivery: "Deliveries",
  finding: "Findings",
  span: "Spans",
  log: "Log records",
  metric: "Metric points",
  profile: "Profile samples",
};

interface GroupInputsProps {
  readonly groupBy: readonly string[];
  readonly fields: readonly FilterField[];
  readonly onChange: (groupBy: readonly string[]) => void;
}

function GroupInputs({ groupBy, fields, onChange }: GroupInputsProps) {
  const slots = groupBy.length < MOST_GROUPS ? [...groupBy, ""] : groupBy;
  const put = (index: number, name: string) =>
    onChange([...new Set(slots.map((had, at) => (at === index ? name : had)))].filter((each) => each !== ""));
  return (
    <span className="group-inputs">
      by
      {slots.map((name, index) => (
        <FieldInput
          key={name}
          label={index === 0 ? "Group by" : "And by"}
          placeholder={index === 0 ? "nothing" : "and by …"}
          name={name}
          fields={fields}
          onName={(next) => put(index, next)}
        />
      ))}
    </span>
  );
}

/** The text that a problem's position is in. */
function partText(state: ExploreState, part: string): string {
  const [name, index] = part.split(".");
  if (name === "filter") return state.filter;
  if (name === "groupBy") return state.groupBy[Number(index)] ?? "";
  return name === "measures" ? state.measure : "";
}

function withPart(state: ExploreState, part: string, text: string): Partial<ExploreState> {
  const [name, index] = part.split(".");
  if (name === "filter") return { filter: text };
  if (name === "groupBy") return { groupBy: state.groupBy.map((had, at) => (at === Number(index) ? text : had)) };
  return name === "measures" ? { measure: text } : {};
}
