import { useQuery } from "@tanstack/react-query";
import { formatCount, formatDurationNs } from "@weir/base";
import type { Answer } from "@weir/http-contract";
import { ApiError, api } from "../../lib/api.ts";
import { changePlace, usePlace } from "../../lib/location.ts";
import { clockText } from "../../lib/time-text.ts";
import { FailureNotice, Loading, Nothing } from "../../widgets/notice.tsx";
import { AnswerTable } from "./answer-table.tsx";
import { BarList } from "./bar-list.tsx";
import { ExploreForm } from "./explore-form.tsx";
import { type ExploreState, exploreState, groupCondition, narrowed, placeOf, questionOf } from "./explore-state.ts";
import { answerCsv, saveText } from "./export-answer.ts";
import { LineChart } from "./line-chart.tsx";
import { linesOf } from "./series.ts";
import "./explore.css";

/** Any question about the traffic: grouped, over time, compared, as a picture or a table. The whole question stands in the URL. */
export function ExplorePage() {
  const { query } = usePlace();
  const state = exploreState(query);
  const change = (changes: Partial<ExploreState>) => changePlace(placeOf(changes));
  const question = questionOf(state);
  const { data, error, refetch, isFetching } = useQuery({
    queryKey: ["explore", question],
    queryFn: ({ signal }) => api.query(question, signal),
    placeholderData: (kept) => kept,
    retry: false,
  });
  const problem = error instanceof ApiError ? error.problem : undefined;
  return (
    <section aria-label="Explore" className="explore">
      <div className="section-head">
        <h1>Explore</h1>
        <p className="dim">Count, measure and compare. All times are UTC.</p>
      </div>
      <ExploreForm state={state} change={change} problem={problem} range={data?.range} />
      {error !== null && problem?.part === undefined ? (
        <FailureNotice error={error} onRetry={() => void refetch()} />
      ) : null}
      {data === undefined ? (
        error === null ? (
          <Loading what="the answer" rows={6} />
        ) : null
      ) : (
        <Result answer={data} state={state} change={change} isOld={isFetching || error !== null} />
      )}
    </section>
  );
}

interface ResultProps {
  readonly answer: Answer;
  readonly state: ExploreState;
  readonly change: (changes: Partial<ExploreState>) => void;
  /** True while another answer is on its way. */
  readonly isOld: boolean;
}

function Result({ answer, state, change, isOld }: ResultProps) {
  return (
    <div className={`explore-result ${isOld ? "old" : ""}`} aria-busy={isOld}>
      <ResultHead answer={answer} state={state} change={change} />
      {answer.records === 0 && answer.before === undefined ? (
        <Nothing>Nothing matches.</Nothing>
      ) : (
        <Picture answer={answer} state={state} change={change} />
      )}
    </div>
  );
}

type PictureProps = Omit<ResultProps, "isOld">;

function Picture({ answer, state, change }: PictureProps) {
  if (state.view === "table") return <AnswerTable answer={answer} />;
  const lines = linesOf(answer);
  if (lines !== undefined) {
    return (
      <div className="card explore-plot">
        <LineChart lines={lines} onSelect={(from, to) => change({ from, to })} />
        <p className="dim">
          A point is {formatDurationNs(answer.bucketNs ?? 0)}. Drag over a period to look at it alone.
        </p>
      </div>
    );
  }
  const narrow = (row: readonly unknown[]) => {
    const conditions = answer.columns.flatMap(({ role, name }, index) =>
      role === "group" ? [groupCondition(name, row[index])] : [],
    );
    const filter = conditions.reduce<string>(
      (all, each) => (each === undefined ? all : narrowed(all, each)),
      state.filter,
    );
    change({ filter });
  };
  return <BarList answer={answer} onNarrow={narrow} />;
}

function ResultHead({ answer, state, change }: PictureProps) {
  const { records, range, grade, warnings, cost, before } = answer;
  const show = (view: ExploreState["view"]) => change({ view });
  return (
    <div className="result-head">
      <p>
        {formatCount(records)} {records === 1 ? state.record : PLURALS[state.record]}
        {range === undefined ? null : (
          <span className="dim">
            {" "}
            from {clockText(range.from)} to {clockText(range.to)}
            {before === undefined ? "" : `, before: from ${clockText(before.from)}`}
          </span>
        )}{" "}
        <span className={`grade grade-${grade}`} title="How far the records under it can be trusted">
          {grade}
        </span>{" "}
        <span className="dim" title={`${formatCount(cost.rowsRead)} rows read`}>
          {cost.elapsedMs.toFixed(0)} ms
        </span>
      </p>
      <span className="spacer" />
      <div className="view-choice" role="group" aria-label="Shown as">
        <button type="button" className="small" aria-pressed={state.view === "chart"} onClick={() => show("chart")}>
          Chart
        </button>
        <button type="button" className="small" aria-pressed={state.view === "table"} onClick={() => show("table")}>
          Table
        </button>
      </div>
      <button type="button" className="small" onClick={() => saveText("weir.csv", "text/csv", answerCsv(answer))}>
        CSV
      </button>
      <button
        type="button"
        className="small"
        onClick={() => saveText("weir.json", "application/json", JSON.stringify(answer, undefined, 2))}
      >
        JSON
      </button>
      {warnings.map(({ code, message }) => (
        <p key={code} className="warning" data-testid="explore-warning">
          {message}
        </p>
      ))}
    </div>
  );
}

const PLURALS: Readonly<Record<ExploreState["record"], string>> = {
  call: "calls",
  connection: "connections",
  retry: "retries",
  delivery: "deliveries",
  finding: "findings",
  span: "spans",
  log: "log records",
  metric: "metric points",
  profile: "profile samples",
};
