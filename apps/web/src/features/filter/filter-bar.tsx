import { useQuery } from "@tanstack/react-query";
import type { Problem } from "@weir/http-contract";
import { type FormEvent, useEffect, useState } from "react";
import { ApiError, api } from "../../lib/api.ts";
import { useParameter } from "../../lib/location.ts";
import { FilterInput } from "./filter-input.tsx";
import "./filter.css";

/** The filter as text, with completion of names and errors that show the place. */
export function FilterBar() {
  const [filter, setFilter] = useParameter("filter");
  const [capture] = useParameter("capture");
  const [text, setText] = useState(filter);
  useEffect(() => setText(filter), [filter]);
  const checked = useQuery({
    queryKey: ["connections", capture, filter, "check"],
    queryFn: () => api.connections({ capture, filter, limit: 1 }),
    enabled: filter !== "",
  });
  const problem = checked.error instanceof ApiError ? checked.error.problem : undefined;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setFilter(text.trim());
  };
  return (
    <form className="filter" onSubmit={submit}>
      <FilterInput
        text={text}
        onText={setText}
        record="call"
        placeholder='Filter, e.g. call.status == "serverError" && server.service == "payments"   ( / )'
      />
      <button type="submit">Apply</button>
      {filter === "" ? null : (
        <button type="button" className="quiet" onClick={() => setFilter(undefined)}>
          Clear
        </button>
      )}
      {problem === undefined ? null : <FilterProblem text={filter} problem={problem} onTake={setFilter} />}
    </form>
  );
}

interface ProblemProps {
  readonly text: string;
  readonly problem: Problem;
  readonly onTake: (text: string) => void;
}

/** What is wrong with a filter, marked in it, with what was probably meant. */
export function FilterProblem({ text, problem, onTake }: ProblemProps) {
  const at = problem.position ?? 0;
  const { suggestion } = problem;
  const word = /^[\w.]+/.exec(text.slice(at))?.[0] ?? "";
  return (
    <div className="filter-problem" role="alert">
      <code>
        {text.slice(0, at)}
        <mark>{text.slice(at, at + Math.max(1, word.length)) || " "}</mark>
        {text.slice(at + Math.max(1, word.length))}
      </code>
      <p>
        {problem.message}.{" "}
        {suggestion === undefined ? null : (
          <button
            type="button"
            className="chip"
            onClick={() => onTake(text.slice(0, at) + suggestion + text.slice(at + word.length))}
          >
            Use {suggestion}
          </button>
        )}
      </p>
    </div>
  );
}
