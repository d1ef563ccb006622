import { useQuery } from "@tanstack/react-query";
import { formatBytes, formatDurationNs, formatEndpoint, formatRatio } from "@weir/base";
import { api, type ConnectionJson } from "../../lib/api.ts";
import { changePlace, go, oneOf, pageAddress, pageNumber, useParameter } from "../../lib/location.ts";
import { clockText, momentText } from "../../lib/time-text.ts";
import { Link } from "../../widgets/link.tsx";
import { FailureNotice, Loading } from "../../widgets/notice.tsx";
import { type Column, PagedTable } from "../../widgets/paged-table.tsx";
import { useVantages } from "../captures/use-captures.ts";
import { BAD_ENDINGS, endingText } from "./close-words.ts";
import { verdictText } from "./verdict-text.ts";

const PAGE_SIZE = 50;
const SORTS = ["errors", "time", "retransmissions", "duration", "bytes"] as const;
type Sort = (typeof SORTS)[number];

/** Columns with what they can be sorted by. */
const COLUMNS: readonly Column<Sort>[] = [
  { title: "Time", sort: "time" },
  { title: "Stream", hint: "Stream number as Wireshark shows it" },
  { title: "Client" },
  { title: "Server" },
  { title: "Protocol" },
  { title: "Failed calls", sort: "errors", isNumber: true },
  {
    title: "Sent again",
    sort: "retransmissions",
    isNumber: true,
    hint: "Retransmitted segments per data segment, both directions",
  },
  { title: "Zero window", isNumber: true, hint: "Time that a receive window stood at zero: its process did not read" },
  { title: "Handshake", isNumber: true },
  { title: "Lasted", sort: "duration", isNumber: true },
  { title: "Bytes", sort: "bytes", isNumber: true },
  { title: "Ended" },
  { title: "Verdict", hint: "Why it failed, or else what slowed it down; its page shows the walk" },
];

const SEEN_BY: Column<Sort> = { title: "Seen by", hint: "The capture: several see the same traffic" };

/** Connections that match the filter. */
export function ConnectionTable() {
  const [capture] = useParameter("capture");
  const [filter] = useParameter("filter");
  const [sortText] = useParameter("sort");
  const [pageText, setPage] = useParameter("page");
  const sort = oneOf(SORTS, sortText, "errors");
  const page = pageNumber(pageText);
  const query = { capture, filter, sort, limit: PAGE_SIZE, offset: (page - 1) * PAGE_SIZE };
  const { data, error, refetch } = useQuery({
    queryKey: ["connections", query],
    queryFn: () => api.connections(query),
    placeholderData: (kept) => kept,
  });
  const vantages = useVantages();
  const columns = vantages === undefined ? COLUMNS : [...COLUMNS, SEEN_BY];
  // A filter that does not check is shown under the filter bar.
  if (error !== null) return filter === "" ? <FailureNotice error={error} onRetry={() => void refetch()} /> : null;
  if (data === undefined) return <Loading what="connections" rows={8} />;
  return (
    <PagedTable
      things="connections"
      columns={columns}
      sort={sort}
      onSort={(next) => changePlace({ sort: next, page: undefined })}
      total={data.total}
      page={page}
      pageSize={PAGE_SIZE}
      onPage={(next) => setPage(String(next))}
      nothing="No connection matches this filter."
    >
      {data.items.map((connection) => (
        <Row key={connection.connectionId} connection={connection} seenBy={vantages?.get(connection.captureId)} />
      ))}
    </PagedTable>
  );
}

interface RowProps {
  readonly connection: ConnectionJson;
  /** The capture that saw it; absent where there is only one. */
  readonly seenBy: string | undefined;
}

function Row({ connection, seenBy }: RowProps) {
  const href = pageAddress(`/connections/${encodeURIComponent(connection.connectionId)}`);
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
      <td title={momentText(connection.startedAt)}>{clockText(connection.startedAt)}</td>
      <td>
        <Link to={href} isTabStop={false}>
          {connection.transport} {connection.streamNumber}
        </Link>
      </td>
      <td title={formatEndpoint(connection.clientAddress, connection.clientPort)}>{connection.clientService}</td>
      <td title={formatEndpoint(connection.serverAddress, connection.serverPort)}>
        {connection.serverService}
        <span className="dim">:{connection.serverPort}</span>
      </td>
      <td>{connection.protocol === "" ? <span className="dim">–</span> : connection.protocol}</td>
      <td className={`number ${connection.callErrors > 0 ? "bad" : "dim"}`}>
        {connection.calls === 0 ? "–" : `${connection.callErrors} of ${connection.calls}`}
      </td>
      <td className={`number ${connection.retransmissionRatio > 0.01 ? "bad" : "dim"}`}>
        {connection.retransmissionRatio === 0 ? "–" : formatRatio(connection.retransmissionRatio)}
      </td>
      <td className={`number ${zeroNs > 0 ? "bad" : "dim"}`}>{zeroNs > 0 ? formatDurationNs(zeroNs) : "–"}</td>
      <td className="number">
        {connection.handshakeNs === undefined ? (
          <span className="dim">–</span>
        ) : (
          formatDurationNs(connection.handshakeNs)
        )}
      </td>
      <td className="number">{formatDurationNs(connection.durationNs)}</td>
      <td className="number">{formatBytes(connection.clientBytes + connection.serverBytes)}</td>
      <td className={BAD_ENDINGS.has(connection.closeReason) ? "bad" : "dim"}>{endingText(connection)}</td>
      <td>{verdictText(connection) ?? <span className="dim">–</span>}</td>
      {seenBy === undefined ? null : <td className="dim">{seenBy}</td>}
    </tr>
  );
}
