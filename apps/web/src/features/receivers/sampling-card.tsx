import { formatBytes, formatCount } from "@weir/base";
import type { SamplingView } from "@weir/http-contract";

const REASONS: Readonly<Record<SamplingView["kept"][number]["reason"], string>> = {
  error: "a span failed",
  evidence: "packets show trouble",
  slow: "slow for its operation",
  rare: "rare operation or edge",
  budget: "chosen by chance, within the budget",
};

/** Which traces are kept, and how many were left out. */
export function SamplingCard({ sampling }: { readonly sampling: SamplingView }) {
  const { tracesPerSecond, roundSeconds, kept, dropped, problem } = sampling;
  const rows = [
    ...kept.map(({ reason, ...decided }) => ({ words: REASONS[reason], ...decided })),
    { words: "left out", ...dropped },
  ];
  return (
    <section aria-label="Sampling of traces">
      <div className="section-head">
        <h2>Sampling of traces</h2>
        <span className="dim">
          {formatCount(tracesPerSecond)} traces/s, and those with errors or evidence; decided after {roundSeconds} to{" "}
          {2 * roundSeconds} s
        </span>
      </div>
      <div className="card scroll">
        <table aria-label="sampling" className="receivers">
          <thead>
            <tr>
              <th scope="col">Why</th>
              <th scope="col" className="number">
                Traces
              </th>
              <th scope="col" className="number">
                Spans
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ words, traces, spans }) => (
              <tr key={words}>
                <td>{words}</td>
                <td className="number">{formatCount(traces)}</td>
                <td className="number">{formatCount(spans)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <Waiting sampling={sampling} />
      {problem === undefined ? null : <p className="bad queue">Nothing is decided now: {problem}</p>}
    </section>
  );
}

function Waiting({ sampling }: { readonly sampling: SamplingView }) {
  const { waitingTraces, waitingSpans, waitingBytes, maxWaitingBytes } = sampling;
  const { lateSpansKept, lateSpansDropped, refusedSpans } = sampling;
  return (
    <p className="dim queue">
      {formatCount(waitingTraces)} traces with {formatCount(waitingSpans)} spans ({formatBytes(waitingBytes)}) wait on
      the hub's disk; from {formatBytes(maxWaitingBytes)} on, senders are told to wait. After the decision on their
      trace came {formatCount(lateSpansKept + lateSpansDropped)} spans: {formatCount(lateSpansKept)} were kept as their
      trace was.
      {refusedSpans === 0 ? null : <span className="bad"> The store refused {formatCount(refusedSpans)} spans.</span>}
    </p>
  );
}
