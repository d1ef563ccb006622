import { useQuery } from "@tanstack/react-query";
import { formatBytes, formatDurationNs, formatEndpoint, formatRatio } from "@weir/base";
import { api, type ConnectionJson } from "../../lib/api.ts";
import { go, useParameter } from "../../lib/location.ts";
import { Link } from "../../widgets/link.tsx";
import { FailureNotice, Loading } from "../../widgets/notice.tsx";

const LISTED = 100;
const SORTS = ["time", "errors", "retransmissions", "duration", "bytes"] as const;
/** Endings that are trouble. */
const BAD_ENDINGS = new Set([
  "refused",
  "noAnswer",
  "unreachable",
  "handshakeIncomplete",
  "resetByServer",
  "resetByClient",
]);

/** Connections that match the filter. */
export function ConnectionTable() {
  const [capture] = useParameter("capture");
  const [filter] = useParameter("filter");
  const [sort, setSort] = useParameter("sort");
  const query = { capture, filter, sort: sort === "" ? "errors" : sort, limit: LISTED };
  const { data, error } = useQuery({
    queryKey: ["connections", query],
    queryFn: () => api.connections(query),
    placeholderData: (kept) => kept,
  });
  if (error !== null && filter === "") return <FailureNotice error={error} />;
  if (error !== null) return null;
  if (data === undefined) return <Loading what="connections" />;
  return (
    <>
      <p className="dim">
        {data.total} connections{data.total > LISTED ? `, the first ${LISTED} shown` : ""}, sorted by{" "}
        <select aria-label="Sort by" value={query.sort} onChange={(event) => setSort(event.target.value)}>
          {SORTS.map((name) => (
            <option key={name}>{name}</option>
          ))}
        </select>
      </p>
      <div className="scroll">
        <table>
          <thead>
            <tr>
              <th>Time</th>
              <th>Stream</th>
              <th>Client</th>
              <th>Server</th>
              <th>Protocol</th>
              <th className="number">Lasted</th>
              <th className="number">Handshake</th>
              <th className="number">Sent again</th>
              <th className="number">At zero window</th>
              <th className="number">Failed calls</th>
              <th className="number">Bytes</th>
              <th>Ended</th>
            </tr>
          </thead>
          <tbody>
            {data.items.map((connection) => (
              <Row key={connection.connectionId} connection={connection} />
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

function Row({ connection }: { readonly connection: ConnectionJson }) {
  const href = `/connections/${encodeURIComponent(connection.connectionId)}`;
  const zeroNs = connection.clientZeroWindowNs + connection.serverZeroWindowNs;
  return (
    <tr
      data-testid="connection-row"
      data-row=""
      tabIndex={0}
      onClick={() => go(href)}
      onKeyDown={(event) => {
        if (event.key === "Enter") go(href);
      }}
    >
      <td>{connection.startedAt.slice(11, 23)}</td>
      <td>
        <Link to={href}>
          {connection.transport} {connection.streamNumber}
        </Link>
      </td>
      <td title={formatEndpoint(connection.clientAddress, connection.clientPort)}>{connection.clientService}</td>
      <td title={connection.serverAddress}>{formatEndpoint(connection.serverService, connection.serverPort)}</td>
      <td>{connection.protocol}</td>
      <td className="number">{formatDurationNs(connection.durationNs)}</td>
      <td className="number">
        {connection.handshakeNs === undefined ? "–" : formatDurationNs(connection.handshakeNs)}
      </td>
      <td className={`number ${connection.retransmissionRatio > 0.01 ? "bad" : ""}`}>
        {formatRatio(connection.retransmissionRatio)}
      </td>
      <td className={`number ${zeroNs > 0 ? "bad" : ""}`}>{zeroNs > 0 ? formatDurationNs(zeroNs) : "–"}</td>
      <td className={`number ${connection.callErrors > 0 ? "bad" : ""}`}>
        {connection.calls === 0 ? "–" : `${connection.callErrors} of ${connection.calls}`}
      </td>
      <td className="number">{formatBytes(connection.clientBytes + connection.serverBytes)}</td>
      <td className={BAD_ENDINGS.has(connection.closeReason) ? "bad" : "dim"}>{connection.closeReason}</td>
    </tr>
  );
}
