import { formatDurationNs } from "@weir/base";
import type { JoinedExchangeJson, JoinedRow, JoinedTrace } from "@weir/http-contract";
import { type CSSProperties, type KeyboardEvent, useMemo } from "react";
import { changePlace, useParameter } from "../../../lib/location.ts";
import { type Placed, placeOnLine } from "../../../lib/time-line.ts";
import { exchangeNote, isTrouble } from "./join-words.ts";
import "./joined.css";

/** Spans, and below each what the wire carried of it. The URL keeps what is open. */
export function JoinedWaterfall({ trace: { rows, exchanges } }: { readonly trace: JoinedTrace }) {
  const layout = useMemo(() => placeOnLine(rows), [rows]);
  const [openSpan] = useParameter("span");
  const [openCall] = useParameter("call");
  return (
    <div className="card waterfall joined" role="tree" aria-label="Spans and packets">
      <div className="waterfall-head" aria-hidden="true">
        <span>Who and what</span>
        <span className="waterfall-ticks">
          <span style={{ left: 0 }}>0</span>
          <span style={{ left: "100%" }}>{formatDurationNs(layout.durationNs)}</span>
        </span>
        <span className="number">Took</span>
      </div>
      {layout.placed.map((placed) => {
        const row = placed.item;
        const isOpen = row.spanId === undefined ? row.callId === openCall : row.spanId === openSpan;
        const exchange = row.exchange === undefined ? undefined : exchanges[row.exchange];
        const key = `${row.kind} ${row.spanId ?? ""} ${row.callId ?? ""} ${row.startedAt}`;
        return <Row key={key} placed={placed} exchange={exchange} isOpen={isOpen} />;
      })}
    </div>
  );
}

interface RowProps {
  readonly placed: Placed<JoinedRow>;
  readonly exchange: JoinedExchangeJson | undefined;
  readonly isOpen: boolean;
}

function Row({ placed: { item: row, left, width }, exchange, isOpen }: RowProps) {
  const show = () => changePlace({ span: row.spanId, call: row.spanId === undefined ? row.callId : undefined });
  const onKey = (event: KeyboardEvent) => {
    if (event.key === "Enter") show();
  };
  const note = noteOf(row, exchange);
  return (
    <div
      className={`waterfall-row ${row.kind} ${row.isFailed ? "failed" : ""}`}
      role="treeitem"
      aria-level={row.depth + 1}
      aria-selected={isOpen}
      data-row=""
      data-testid={`${row.kind}-row`}
      tabIndex={0}
      onClick={show}
      onKeyDown={onKey}
    >
      <span className="waterfall-name" style={{ "--depth": row.depth } as CSSProperties}>
        <span className="joined-kind">{KIND_SIGNS[row.kind]}</span>
        <strong>{row.service === "" ? "unnamed" : row.service}</strong> {row.label}
        {note === "" ? null : (
          <span
            className={exchange !== undefined && isTrouble(exchange) ? "joined-note warn" : "joined-note dim"}
            title={note}
          >
            {note}
          </span>
        )}
      </span>
      <span className="waterfall-lane" aria-hidden="true">
        <span style={{ left: `${left * 100}%`, width: `${width * 100}%` }} />
      </span>
      <span className="number">
        {row.isFailed ? <span className="bad">failed </span> : null}
        {formatDurationNs(row.durationNs)}
      </span>
    </div>
  );
}

const KIND_SIGNS = { span: "span", hop: "wire", hint: "guess" } as const;

/** What is said of an exchange stands once: at its first hop, or at the span that has none. */
function noteOf(row: JoinedRow, exchange: JoinedExchangeJson | undefined): string {
  if (row.probability !== undefined)
    return row.probability === 1
      ? "the only call that fits by time and place"
      : `${Math.round(row.probability * 100)} % likely to belong here`;
  if (exchange === undefined) return "";
  const isFirst = row.kind === "hop" ? exchange.hops[0]?.callIds[0] === row.callId : exchange.hops.length === 0;
  return isFirst ? exchangeNote(exchange) : "";
}
