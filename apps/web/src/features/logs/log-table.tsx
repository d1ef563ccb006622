import { useQuery } from "@tanstack/react-query";
import type { LogRecord } from "@weir/http-contract";
import { Fragment, useState } from "react";
import { api } from "../../lib/api.ts";
import { pageAddress, pageNumber, useParameter } from "../../lib/location.ts";
import { dayText } from "../../lib/time-text.ts";
import { AttributeTable } from "../../widgets/attribute-table.tsx";
import { Link } from "../../widgets/link.tsx";
import { FailureNotice, Loading, Nothing } from "../../widgets/notice.tsx";
import { OpenPager } from "../../widgets/open-pager.tsx";
import { severityClass, severityWord } from "./severity.ts";
import "./logs.css";

const PAGE_SIZE = 100;

interface LogTableProps {
  readonly query: {
    readonly service?: string;
    readonly traceId?: string;
    readonly text?: string;
    readonly minSeverity?: number | undefined;
  };
  /** What to say where there is nothing. */
  readonly nothing: string;
}

/** Log records, newest first. */
export function LogTable({ query, nothing }: LogTableProps) {
  const [pageText] = useParameter("page");
  const page = pageNumber(pageText);
  const asked = { ...query, limit: PAGE_SIZE, offset: (page - 1) * PAGE_SIZE };
  const { data, error, refetch } = useQuery({
    queryKey: ["logs", asked],
    queryFn: () => api.logs(asked),
    placeholderData: (kept) => kept,
  });
  if (error !== null) return <FailureNotice error={error} onRetry={() => void refetch()} />;
  if (data === undefined) return <Loading what="logs" rows={6} />;
  if (data.items.length === 0)
    return (
      <div className="card">
        <Nothing>{nothing}</Nothing>
      </div>
    );
  return (
    <div className="card">
      <div className="scroll">
        <table aria-label="logs" className="logs">
          <thead>
            <tr>
              <th scope="col">Time</th>
              <th scope="col">Severity</th>
              <th scope="col">Service</th>
              <th scope="col">What it says</th>
            </tr>
          </thead>
          <tbody>
            {numbered(data.items).map(({ key, record }) => (
              <Row key={key} record={record} showsTrace={query.traceId === undefined} />
            ))}
          </tbody>
        </table>
      </div>
      <OpenPager page={page} hasMore={data.hasMore} things="logs" />
    </div>
  );
}

/** Two records may be the same in everything: the place is the identity. */
function numbered(records: readonly LogRecord[]) {
  return records.map((record, place) => ({ key: `${place} ${record.at}`, record }));
}

function Row({ record, showsTrace }: { readonly record: LogRecord; readonly showsTrace: boolean }) {
  const [isOpen, setIsOpen] = useState(false);
  const toggle = () => setIsOpen((was) => !was);
  const { at, service, severityNumber, severityText, body, traceId, spanId } = record;
  return (
    <Fragment>
      <tr
        data-row=""
        data-testid="log-row"
        tabIndex={0}
        aria-expanded={isOpen}
        onClick={toggle}
        onKeyDown={(event) => {
          if (event.key === "Enter") toggle();
        }}
      >
        <td>{dayText(at)}</td>
        <td className={severityClass(severityNumber)}>{severityWord(severityNumber, severityText)}</td>
        <td>{service}</td>
        <td className="log-body">
          {body === "" ? <span className="dim">{record.eventName ?? "nothing"}</span> : body}
        </td>
      </tr>
      {isOpen ? (
        <tr className="log-detail">
          <td colSpan={4}>
            {traceId !== undefined && showsTrace ? (
              <p>
                Written in <Link to={pageAddress(`/traces/${traceId}`, { span: spanId })}>trace {traceId}</Link>
              </p>
            ) : null}
            <pre>{body}</pre>
            <AttributeTable title="Attributes" attributes={record.attributes} />
            <AttributeTable title="Reported by" attributes={record.resourceAttributes} />
          </td>
        </tr>
      ) : null}
    </Fragment>
  );
}
