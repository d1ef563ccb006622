import { formatDurationNs } from "@weir/base";
import type { Span } from "@weir/http-contract";
import { type CSSProperties, type KeyboardEvent, useMemo } from "react";
import { changePlace, useParameter } from "../../lib/location.ts";
import { layoutWaterfall, type WaterfallRow } from "./waterfall-layout.ts";

/** Where the time line is marked, as shares of the whole. */
const TICKS = [0, 0.25, 0.5, 0.75, 1];

/** Spans as bars below each other. The URL keeps which one is open and which are folded. */
export function Waterfall({ spans }: { readonly spans: readonly Span[] }) {
  const [foldedText] = useParameter("folded");
  const [open] = useParameter("span");
  const folded = useMemo(() => new Set(foldedText.split(",").filter((id) => id !== "")), [foldedText]);
  const { rows, durationNs } = useMemo(() => layoutWaterfall(spans, folded), [spans, folded]);
  const fold = (spanId: string, isFolded: boolean) => {
    const next = new Set(folded);
    if (isFolded) next.add(spanId);
    else next.delete(spanId);
    changePlace({ folded: [...next].join(",") }, true);
  };
  return (
    <div className="card waterfall" role="tree" aria-label="Spans">
      <div className="waterfall-head" aria-hidden="true">
        <span>Service and operation</span>
        <span className="waterfall-ticks">
          {TICKS.map((share) => (
            <span key={share} style={{ left: `${share * 100}%` }}>
              {share === 0 ? "0" : formatDurationNs(durationNs * share)}
            </span>
          ))}
        </span>
        <span className="number">Took</span>
      </div>
      {rows.map((row) => (
        <Row
          key={`${row.span.spanId} ${row.span.startedAt}`}
          row={row}
          isFolded={folded.has(row.span.spanId)}
          isOpen={row.span.spanId === open}
          onFold={fold}
        />
      ))}
    </div>
  );
}

interface RowProps {
  readonly row: WaterfallRow;
  readonly isFolded: boolean;
  readonly isOpen: boolean;
  readonly onFold: (spanId: string, isFolded: boolean) => void;
}

function Row({ row, isFolded, isOpen, onFold }: RowProps) {
  const { span, depth, children, left, width, isParentMissing } = row;
  const hasFailed = span.status === "Error";
  const show = () => changePlace({ span: span.spanId });
  const onKey = (event: KeyboardEvent) => {
    if (event.key === "Enter") show();
    else if (event.key === "ArrowRight" && children > 0) onFold(span.spanId, false);
    else if (event.key === "ArrowLeft" && children > 0) onFold(span.spanId, true);
  };
  return (
    <div
      className={`waterfall-row ${hasFailed ? "failed" : ""}`}
      role="treeitem"
      aria-level={depth + 1}
      aria-selected={isOpen}
      aria-expanded={children > 0 ? !isFolded : undefined}
      data-row=""
      data-testid="span-row"
      tabIndex={0}
      onClick={show}
      onKeyDown={onKey}
    >
      <span className="waterfall-name" style={{ "--depth": depth } as CSSProperties}>
        {children === 0 ? (
          <span className="fold" />
        ) : (
          <button
            type="button"
            className="fold quiet"
            tabIndex={-1}
            aria-label={isFolded ? `Show ${children} below` : `Fold ${children} below`}
            onClick={(event) => {
              event.stopPropagation();
              onFold(span.spanId, !isFolded);
            }}
          >
            {isFolded ? "▸" : "▾"}
          </button>
        )}
        <strong>{span.service === "" ? "unnamed" : span.service}</strong> {span.operation}
        {isParentMissing ? (
          <span className="dim" title={`Its parent ${span.parentSpanId} did not arrive`}>
            {" "}
            parent missing
          </span>
        ) : null}
        {isFolded ? <span className="dim"> +{children}</span> : null}
      </span>
      <span className="waterfall-lane" aria-hidden="true">
        <span
          className={`bar-${span.kind.toLowerCase()}`}
          style={{ left: `${left * 100}%`, width: `${width * 100}%` }}
        />
      </span>
      <span className="number">
        {hasFailed ? <span className="bad">failed </span> : null}
        {formatDurationNs(span.durationNs)}
      </span>
    </div>
  );
}
