import { formatCount, formatRatio } from "@weir/base";
import type { JoinSummaryJson } from "@weir/http-contract";

/** Services that the wire shows in traces, and how much of their work they report. */
export function ServiceTable({ services }: Pick<JoinSummaryJson, "services">) {
  if (services.length === 0) return null;
  return (
    <div className="card scroll fit-card">
      <table aria-label="services">
        <thead>
          <tr>
            <th scope="col">Service</th>
            <th scope="col" className="number">
              Requests on the wire
            </th>
            <th scope="col" className="number">
              With a span of its own
            </th>
            <th scope="col" className="number">
              Passed on as they came
            </th>
          </tr>
        </thead>
        <tbody>
          {services.map(({ service, answered, withSpan, passedOn }) => (
            <tr key={service}>
              <td>{service}</td>
              <td className="number">{formatCount(answered)}</td>
              <td className={`number ${withSpan === 0 ? "warn" : ""}`}>{formatRatio(withSpan / answered)}</td>
              <td className="number">{passedOn === 0 ? "–" : formatCount(passedOn)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
