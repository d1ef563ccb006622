import { useQuery } from "@tanstack/react-query";
import type { Problem } from "@weir/http-contract";
import { type FormEvent, useEffect, useMemo, useState } from "react";
import { ApiError, api } from "../../lib/api.ts";
import { useParameter } from "../../lib/location.ts";
import "./filter.css";

const MAX_OFFERED = 8;

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
      <input
        data-filter=""
        aria-label="Filter"
        placeholder='Filter, e.g. call.status == "serverError" && server.service == "payments"   ( / )'
        spellCheck={false}
        autoComplete="off"
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <button type="submit">Apply</button>
      {filter === "" ? null : (
        <button type="button" className="quiet" onClick={() => setFilter(undefined)}>
          Clear
        </button>
      )}
      <Completion text={text} onTake={setText} />
      {problem === undefined ? null : <FilterProblem text={filter} problem={problem} onTake={setFilter} />}
    </form>
  );
}

interface ProblemProps {
  readonly text: string;
  readonly problem: Problem;
  readonly onTake: (text: string) => void;
}

function FilterProblem({ text, problem, onTake }: ProblemProps) {
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

interface CompletionProps {
  readonly text: string;
  readonly onTake: (text: string) => void;
}

/** Names that begin with the word being written, with their meaning. */
function Completion({ text, onTake }: CompletionProps) {
  const { data } = useQuery({
    queryKey: ["filter-fields"],
    queryFn: api.filterFields,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const word = /[\w.]+$/.exec(text)?.[0] ?? "";
  const offered = useMemo(() => {
    if (word.length < 2 || data === undefined) return [];
    const wanted = word.toLowerCase();
    return data.items.filter(({ name }) => name.toLowerCase().includes(wanted) && name !== word).slice(0, MAX_OFFERED);
  }, [word, data]);
  if (offered.length === 0) return null;
  return (
    <ul className="completion">
      {offered.map((field) => (
        <li key={field.name}>
          <button type="button" onClick={() => onTake(text.slice(0, text.length - word.length) + field.name)}>
            <code>{field.name}</code> <span className="dim">{field.meaning}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}
