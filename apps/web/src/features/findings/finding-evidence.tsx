import { formatCount } from "@weir/base";
import type { ReactNode } from "react";
import { api, type FindingJson } from "../../lib/api.ts";
import { edgeFilter, packetFilter } from "../../lib/filter-text.ts";
import { Link } from "../../widgets/link.tsx";

/** Links shown at once; the filter links lead to all of them. */
const MAX_LINKS = 12;
/** Digits of a span's id that tell it from the others on a page. */
const SHOWN_DIGITS = 8;

/** The connections, calls and packets that prove a finding, each a link. */
export function FindingEvidence({ finding }: { readonly finding: FindingJson }) {
  const { evidence, captureId: capture } = finding;
  const tableLink = (filter: string, tab?: string) => {
    const query = new URLSearchParams({
      capture,
      filter,
      finding: finding.findingId,
      ...(tab === undefined ? {} : { tab }),
    });
    return `/?${query}`;
  };
  return (
    <div className="evidence">
      <h3>Evidence</h3>
      <dl>
        <EvidenceRow name="connections" count={evidence.connectionCount}>
          {evidence.connectionIds.slice(0, MAX_LINKS).map((connectionId, index) => (
            <Link key={connectionId} to={`/connections/${encodeURIComponent(connectionId)}`} className="chip">
              {evidence.streams[index] ?? "connection"}
            </Link>
          ))}
        </EvidenceRow>
        <EvidenceRow name="calls" count={evidence.callCount}>
          {evidence.callIds.slice(0, MAX_LINKS).map((callId) => (
            <Link key={callId} to={`/calls/${encodeURIComponent(callId)}`} className="chip">
              {callId.split("-").slice(-3).join(" ")}
            </Link>
          ))}
        </EvidenceRow>
        <EvidenceRow name="spans" count={evidence.spans?.length ?? 0}>
          {(evidence.spans ?? []).slice(0, MAX_LINKS).map(({ traceId, spanId }) => (
            <Link key={spanId} to={`/traces/${traceId}?span=${spanId}`} className="chip">
              {spanId.slice(0, SHOWN_DIGITS)}
            </Link>
          ))}
        </EvidenceRow>
        <EvidenceRow name="packets" count={evidence.packets.length}>
          {evidence.packets.slice(0, MAX_LINKS).map((packet) => (
            <Link key={packet} to={tableLink(packetFilter(finding, packet))} className="chip">
              {String(packet)}
            </Link>
          ))}
        </EvidenceRow>
      </dl>
      <p className="evidence-all">
        <Link to={tableLink(edgeFilter(finding))}>All connections of this edge</Link>
        <Link to={tableLink(`${edgeFilter(finding)} && call.status != "ok"`, "calls")}>Its failed calls</Link>
        {evidence.connectionCount === 0 ? null : (
          <a href={api.findingPacketsUrl(finding.findingId)} download data-testid="download-finding-packets">
            Download the packets
          </a>
        )}
      </p>
    </div>
  );
}

interface EvidenceRowProps {
  readonly name: string;
  readonly count: number;
  readonly children: readonly ReactNode[];
}

function EvidenceRow({ name, count, children }: EvidenceRowProps) {
  if (count === 0) return null;
  const isCut = count > children.length;
  return (
    <div>
      <dt>
        {formatCount(count)} {name}
      </dt>
      <dd>
        {children}
        {isCut && children.length > 0 ? (
          <span className="dim">and {formatCount(count - children.length)} more</span>
        ) : null}
      </dd>
    </div>
  );
}
