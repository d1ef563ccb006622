import { formatCount, formatDurationNs } from "@weir/base";
import type { JoinSummaryJson } from "@weir/http-contract";

/** How far clocks are apart, by exchanges that both have seen. */
export function ClockTable({ clocks }: Pick<JoinSummaryJson, "clocks">) {
  if (clocks.length === 0) return null;
  return (
    <div className="card scroll fit-card">
      <table aria-label="clocks">
        <thead>
          <tr>
            <th scope="col">Clock of</th>
            <th scope="col">against</th>
            <th scope="col" className="number">
              Ahead by
            </th>
            <th scope="col" className="number">
              Uncertain by
            </th>
            <th scope="col" className="number">
              Exchanges
            </th>
          </tr>
        </thead>
        <tbody>
          {clocks.map(({ of, against, offsetNs, uncertaintyNs, count }) => (
            <tr key={`${of}|${against}`}>
              <td>{of}</td>
              <td>{against}</td>
              <td className={`number ${Math.abs(offsetNs) > 2 * uncertaintyNs ? "warn" : ""}`}>
                {offsetNs < 0 ? "−" : ""}
                {formatDurationNs(Math.abs(offsetNs))}
              </td>
              <td className="number">± {formatDurationNs(uncertaintyNs)}</td>
              <td className="number">{formatCount(count)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
