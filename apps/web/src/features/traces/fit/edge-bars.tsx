import { formatCount, formatDurationNs } from "@weir/base";
import type { JoinSummaryJson } from "@weir/http-contract";
import { JOIN_CLASSES } from "@weir/model";
import { pageAddress } from "../../../lib/location.ts";
import { Link } from "../../../widgets/link.tsx";
import { CLASS_WORDS, REASON_WORDS } from "../wire/join-words.ts";

type EdgeJson = JoinSummaryJson["edges"][number];

/** Edges as bars of their exchanges, cut by how spans and packets fit. */
export function EdgeBars({ edges }: { readonly edges: readonly EdgeJson[] }) {
  const most = Math.max(...edges.map(({ exchanges }) => exchanges));
  return (
    <div className="card scroll fit-card">
      <p className="fit-legend">
        {JOIN_CLASSES.map((name) => (
          <span key={name}>
            <i className={`fit-${name}`} aria-hidden="true" /> {CLASS_WORDS[name]}
          </span>
        ))}
      </p>
      <table aria-label="edges" className="fit-edges">
        <thead>
          <tr>
            <th scope="col">Edge</th>
            <th scope="col">Exchanges by how they fit</th>
            <th scope="col" className="number">
              Exchanges
            </th>
            <th scope="col" className="number">
              Waited in the client
            </th>
            <th scope="col">What does not fit</th>
          </tr>
        </thead>
        <tbody>
          {edges.map((edge) => (
            <Row key={`${edge.clientService}|${edge.serverService}|${edge.serverPort}`} edge={edge} most={most} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({ edge, most }: { readonly edge: EdgeJson; readonly most: number }) {
  const { clientService, serverService, exchanges, classes, clientQueueNs, exampleTraceIds } = edge;
  return (
    <tr data-testid="fit-edge">
      <td>
        {clientService === "" ? "?" : clientService} → {serverService === "" ? "itself" : serverService}
      </td>
      <td>
        <span className="fit-bar" style={{ width: `${(100 * exchanges) / most}%` }}>
          {JOIN_CLASSES.filter((name) => classes[name] > 0).map((name) => (
            <i
              key={name}
              className={`fit-${name}`}
              style={{ flexGrow: classes[name] }}
              title={`${formatCount(classes[name])} ${CLASS_WORDS[name]}`}
            />
          ))}
        </span>
      </td>
      <td className="number">{formatCount(exchanges)}</td>
      <td className="number">{clientQueueNs === undefined ? "–" : formatDurationNs(clientQueueNs)}</td>
      <td>
        {misfits(edge).map((words) => (
          <div key={words}>{words}</div>
        ))}
        {exampleTraceIds.map((traceId, index) => (
          <Link key={traceId} to={pageAddress(`/traces/${traceId}`)} className="chip">
            trace {index + 1}
          </Link>
        ))}
      </td>
    </tr>
  );
}

/** What does not fit, a line each. */
function misfits({ reasons, contradictions, withoutClientSpan, withoutServerSpan }: EdgeJson): string[] {
  return [
    ...contradictions.map(({ subject, exchanges }) => `${formatCount(exchanges)} contradict the packets: ${subject}`),
    ...reasons.flatMap(({ reason, exchanges }) =>
      reason === "" ? [] : [`${formatCount(exchanges)}: ${REASON_WORDS[reason]}`],
    ),
    ...(withoutClientSpan === 0 ? [] : [`${formatCount(withoutClientSpan)} without a span of the client`]),
    ...(withoutServerSpan === 0 ? [] : [`${formatCount(withoutServerSpan)} without a span of the server`]),
  ];
}
