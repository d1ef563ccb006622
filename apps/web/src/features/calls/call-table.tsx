import { useQuery } from "@tanstack/react-query";
import { formatDurationNs, formatEndpoint } from "@weir/base";
import { api, type CallJson } from "../../lib/api.ts";
import { go, useParameter } from "../../lib/location.ts";
import { Link } from "../../widgets/link.tsx";
import { FailureNotice, Loading } from "../../widgets/notice.tsx";

const LISTED = 100;
const SORTS = ["status", "time", "duration"] as const;

interface CallTableProps {
  /** Only calls of this connection. */
  readonly connectionId?: string;
}

/** Calls that match the filter, or those of one connection. */
export function CallTable({ connectionId }: CallTableProps) {
  const [capture] = useParameter("capture");
  const [filter] = useParameter("filter");
  const [sort, setSort] = useParameter("callSort");
  const isWhole = connectionId === undefined;
  const query = {
    capture: isWhole ? capture : undefined,
    filter: isWhole ? filter : undefined,
    connection: connectionId,
    sort: sort === "" ? (isWhole ? "status" : "time") : sort,
    limit: LISTED,
  };
  const { data, error } = useQuery({
    queryKey: ["calls", query],
    queryFn: () => api.calls(query),
    placeholderData: (kept) => kept,
  });
  if (error !== null && filter === "") return <FailureNotice error={error} />;
  if (error !== null) return null;
  if (data === undefined) return <Loading what="calls" />;
  return (
    <>
      <p className="dim">
        {data.total} calls{data.total > LISTED ? `, the first ${LISTED} shown` : ""}, sorted by{" "}
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
              <th>Client</th>
              <th>Server</th>
              <th>Call</th>
              <th>Status</th>
              <th className="number">Took</th>
              <th className="number">Waited</th>
              <th className="number">Packets</th>
            </tr>
          </thead>
          <tbody>
            {data.items.map((call) => (
              <Row key={call.callId} call={call} />
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

/** Statuses as colours. */
export function statusClass(status: CallJson["status"]): string {
  if (status === "ok") return "good";
  if (status === "unknown") return "dim";
  return status === "clientError" ? "warn" : "bad";
}

function Row({ call }: { readonly call: CallJson }) {
  const href = `/calls/${encodeURIComponent(call.callId)}`;
  return (
    <tr
      data-testid="call-row"
      data-row=""
      tabIndex={0}
      onClick={() => go(href)}
      onKeyDown={(event) => {
        if (event.key === "Enter") go(href);
      }}
    >
      <td>{call.startedAt.slice(11, 23)}</td>
      <td title={formatEndpoint(call.clientAddress, call.clientPort)}>{call.clientService}</td>
      <td title={call.serverAddress}>{formatEndpoint(call.serverService, call.serverPort)}</td>
      <td className="target">
        <Link to={href}>
          <span className="dim">{call.protocol}</span> {call.operation} {call.target}
        </Link>
      </td>
      <td className={statusClass(call.status)}>
        {call.status === "ok" ? "" : `${call.status} `}
        {call.statusCode}
      </td>
      <td className="number">{call.durationNs === undefined ? "–" : formatDurationNs(call.durationNs)}</td>
      <td className="number">{call.waitNs === undefined ? "–" : formatDurationNs(call.waitNs)}</td>
      <td className="number dim">
        {call.requestPackets[0]}–{call.responsePackets.at(-1) ?? call.requestPackets.at(-1)}
      </td>
    </tr>
  );
}
