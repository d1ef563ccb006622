import { formatDurationNs } from "@weir/base";
import type { Span } from "@weir/http-contract";
import { pageAddress } from "../../lib/location.ts";
import { clockText, momentText } from "../../lib/time-text.ts";
import { AttributeTable } from "../../widgets/attribute-table.tsx";
import { Link } from "../../widgets/link.tsx";

/** Everything that one span says. */
export function SpanDetail({ span }: { readonly span: Span }) {
  const { service, operation, kind, status, statusMessage, scopeName, scopeVersion, events, links } = span;
  return (
    <article className="page-head">
      <h1>{operation}</h1>
      <div className="facts-line">
        <span>{service === "" ? "unnamed service" : service}</span>
        <span>{kind.toLowerCase()}</span>
        <span>{momentText(span.startedAt)}</span>
        <span>took {formatDurationNs(span.durationNs)}</span>
        <span>
          span <code>{span.spanId}</code>
        </span>
        {scopeName === "" ? null : <span>{`${scopeName} ${scopeVersion}`}</span>}
      </div>
      {status === "Error" ? (
        <div className="notice failure">
          <strong>Failed.</strong> {statusMessage === "" ? "It does not say why." : statusMessage}
        </div>
      ) : null}
      <AttributeTable title="Attributes" attributes={span.attributes} />
      {events.map((event) => (
        <AttributeTable
          key={`${event.at} ${event.name}`}
          title={`Event: ${event.name}`}
          note={clockText(event.at)}
          attributes={event.attributes}
          isShownEmpty
        />
      ))}
      {links.map((link) => (
        <p key={`${link.traceId} ${link.spanId}`}>
          Linked to <Link to={pageAddress(`/traces/${link.traceId}`, { span: link.spanId })}>span {link.spanId}</Link>
        </p>
      ))}
      <AttributeTable title="Reported by" note="attributes of the resource" attributes={span.resourceAttributes} />
    </article>
  );
}
