import { formatCount } from "@weir/base";
import type { ExportState } from "@weir/http-contract";
import { clockText } from "../../lib/time-text.ts";
import { Losses } from "./losses.tsx";

/** What the hub sends to others: where, how much, and what is lost and why. */
export function ExportsTable({ exports }: { readonly exports: readonly ExportState[] }) {
  if (exports.length === 0) return null;
  return (
    <section aria-label="Sent to others">
      <div className="section-head">
        <h2>Sent to others</h2>
        <span className="dim">calls and connections that go on to other systems</span>
      </div>
      <div className="card scroll">
        <table aria-label="sent to others" className="receivers">
          <thead>
            <tr>
              <th scope="col">As</th>
              <th scope="col">To</th>
              <th scope="col" className="number">
                Sent
              </th>
              <th scope="col" className="number">
                Waiting
              </th>
              <th scope="col">Lost</th>
              <th scope="col">Last trouble</th>
            </tr>
          </thead>
          <tbody>
            {exports.map((state) => (
              <ExportRow key={state.name} state={state} />
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function ExportRow({ state }: { readonly state: ExportState }) {
  const { title, target, sent, waiting, drops, problem, lastError } = state;
  return (
    <tr data-testid="export-row">
      <td>{title}</td>
      <td>
        <code>{target}</code>
      </td>
      <td className="number">{formatCount(sent)}</td>
      <td className="number">{formatCount(waiting)}</td>
      <td className="bad">
        <Losses losses={drops.map(({ items, ...drop }) => ({ ...drop, count: items }))} />
      </td>
      <td className={problem === undefined ? "dim" : "warn"}>
        {lastError === undefined ? "–" : `${clockText(lastError.at)}: ${lastError.message}`}
      </td>
    </tr>
  );
}
