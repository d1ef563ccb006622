import { formatCount, formatDurationNs } from "@weir/base";
import { JOIN_CLASS_WORDS, type JoinSummaryJson, misfitsOf } from "@weir/http-contract";
import { JOIN_CLASSES } from "@weir/model";
import { pageAddress } from "../../../lib/location.ts";
import { Link } from "../../../widgets/link.tsx";

type EdgeJson = JoinSummaryJson["edges"][number];

/** Edges as bars of their exchanges, cut by how spans and packets fit. */
export function EdgeBars({ edges }: { readonly edges: readonly EdgeJson[] }) {
  const most = Math.max(...edges.map(({ exchanges }) => exchanges));
  return (
    <div className="card scroll fit-card">
      <p className="fit-legend">
        {JOIN_CLASSES.map((name) => (
          <span key={name}>
            <i className={`fit-${name}`} aria-hidden="true" /> {JOIN_CLASS_WORDS[name]}
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
              title={`${formatCount(classes[name])} ${JOIN_CLASS_WORDS[name]}`}
            />
          ))}
        </span>
      </td>
      <td className="number">{formatCount(exchanges)}</td>
      <td className="number">{clientQueueNs === undefined ? "–" : formatDurationNs(clientQueueNs)}</td>
      <td>
        {misfitsOf(edge).map((words) => (
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
