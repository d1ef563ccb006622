import { useQuery } from "@tanstack/react-query";
import { formatBytes, formatDurationNs, formatEndpoint } from "@weir/base";
import { api, type CallJson } from "../../lib/api.ts";
import { changePlace, go, oneOf, pageAddress, pageNumber, useParameter } from "../../lib/location.ts";
import { clockText, momentText } from "../../lib/time-text.ts";
import { Link } from "../../widgets/link.tsx";
import { FailureNotice, Loading } from "../../widgets/notice.tsx";
import { type Column, PagedTable } from "../../widgets/paged-table.tsx";
import { useVantages } from "../captures/use-captures.ts";
import { CallStatusText } from "./call-status.tsx";
import { TimeBar } from "./time-bar.tsx";
import "./calls.css";

const PAGE_SIZE = 50;
const SORTS = ["status", "time", "duration"] as const;
type Sort = (typeof SORTS)[number];

const ENDS: readonly Column<Sort>[] = [{ title: "Client" }, { title: "Server" }];
const COLUMNS: readonly Column<Sort>[] = [
  { title: "Call" },
  { title: "Outcome", sort: "status" },
  { title: "Took", sort: "duration", isNumber: true, hint: "First byte of the request to last byte of the response" },
  { title: "Where the time went", hint: "Client sending, waiting (network and server), server sending" },
  { title: "Bytes", isNumber: true, hint: "Request and response, headers included" },
  { title: "Packets", isNumber: true, hint: "First of the request to last of the response" },
];

const SEEN_BY: Column<Sort> = { title: "Seen by", hint: "The capture: several see the same traffic" };

interface CallTableProps {
  /** Only calls of this connection; they open beside the page instead of on their own. */
  readonly connectionId?: string;
}

/** Calls that match the filter, or those of one connection. */
export function CallTable({ connectionId }: CallTableProps) {
  const [capture] = useParameter("capture");
  const [filter] = useParameter("filter");
  const [sortText] = useParameter("callSort");
  const [pageText, setPage] = useParameter("page");
  const isWhole = connectionId === undefined;
  const sort = oneOf(SORTS, sortText, isWhole ? "status" : "time");
  const page = pageNumber(pageText);
  const scope = isWhole ? { capture, filter } : { connection: connectionId };
  const query = { ...scope, sort, limit: PAGE_SIZE, offset: (page - 1) * PAGE_SIZE };
  const { data, error, refetch } = useQuery({
    queryKey: ["calls", query],
    queryFn: () => api.calls(query),
    placeholderData: (kept) => kept,
  });
  const vantages = useVantages();
  const seenBy = isWhole ? vantages : undefined;
  // A filter that does not check is shown under the filter bar.
  if (error !== null)
    return isWhole && filter !== "" ? null : <FailureNotice error={error} onRetry={() => void refetch()} />;
  if (data === undefined) return <Loading what="calls" rows={8} />;
  const longestNs = Math.max(1, ...data.items.map(({ durationNs }) => durationNs ?? 0));
  const columns: readonly Column<Sort>[] = [
    { title: "Time", sort: "time" },
    ...(isWhole ? ENDS : []),
    ...COLUMNS,
    ...(seenBy === undefined ? [] : [SEEN_BY]),
  ];
  return (
    <PagedTable
      things="calls"
      columns={columns}
      sort={sort}
      onSort={(next) => changePlace({ callSort: next, page: undefined })}
      total={data.total}
      page={page}
      pageSize={PAGE_SIZE}
      onPage={(next) => setPage(String(next))}
      nothing={isWhole ? "No call matches this filter." : "No calls were recognised on this connection."}
    >
      {data.items.map((call) => (
        <Row
          key={call.callId}
          call={call}
          longestNs={longestNs}
          isWhole={isWhole}
          seenBy={seenBy?.get(call.captureId)}
        />
      ))}
    </PagedTable>
  );
}

interface RowProps {
  readonly call: CallJson;
  /** The longest call of the list, which the bars are measured by. */
  readonly longestNs: number;
  /** False on a connection's page, where both ends are known. */
  readonly isWhole: boolean;
  /** The capture that saw it; absent where there is only one. */
  readonly seenBy: string | undefined;
}

function Row({ call, longestNs, isWhole, seenBy }: RowProps) {
  const href = pageAddress(`/calls/${encodeURIComponent(call.callId)}`);
  const open = () => (isWhole ? go(href) : changePlace({ call: call.callId }));
  return (
    <tr
      data-testid="call-row"
      data-row=""
      tabIndex={0}
      onClick={open}
      onKeyDown={(event) => {
        if (event.key === "Enter") open();
      }}
    >
      <td title={momentText(call.startedAt)}>{clockText(call.startedAt)}</td>
      {isWhole ? <Ends call={call} /> : null}
      <td className="target" title={`${call.operation} ${call.target}`}>
        <span className="dim">{call.protocol}</span>{" "}
        {isWhole ? (
          <Link to={href} isTabStop={false}>
            {call.operation} {call.target}
          </Link>
        ) : (
          `${call.operation} ${call.target}`
        )}
      </td>
      <td>
        <CallStatusText status={call.status} code={call.statusCode} />
      </td>
      <td className="number">
        {call.durationNs === undefined ? <span className="dim">–</span> : formatDurationNs(call.durationNs)}
      </td>
      <td className="time-cell">
        <TimeBar call={call} wholeNs={longestNs} />
      </td>
      <td className="number dim">
        {formatBytes(call.requestBytes)} / {formatBytes(call.responseBytes)}
      </td>
      <td className="number dim">
        {call.requestPackets[0]}–{call.responsePackets.at(-1) ?? call.requestPackets.at(-1)}
      </td>
      {seenBy === undefined ? null : <td className="dim">{seenBy}</td>}
    </tr>
  );
}

function Ends({ call }: { readonly call: CallJson }) {
  return (
    <>
      <td title={formatEndpoint(call.clientAddress, call.clientPort)}>{call.clientService}</td>
      <td title={formatEndpoint(call.serverAddress, call.serverPort)}>
        {call.serverService}
        <span className="dim">:{call.serverPort}</span>
      </td>
    </>
  );
}
