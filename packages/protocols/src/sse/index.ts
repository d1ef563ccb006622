import type { HttpApplication } from "../common/http/exchange.ts";
import { headerOf } from "../common/http/headers.ts";
import { parseEvents } from "../common/sse/events.ts";
import { sseRecord } from "./record.ts";

const EVENT_STREAM = "text/event-stream";

/** Server-sent events: answers that go on for as long as somebody listens. */
export const sse: HttpApplication & { readonly id: (typeof sseRecord)["id"] } = {
  id: sseRecord.id,
  refine({ request, response }, draft) {
    const type = draft.attributes["http.response.header.content-type"];
    if (response === undefined || type?.startsWith(EVENT_STREAM) !== true) return undefined;
    const attributes: Record<string, string> = { ...draft.attributes };
    const resumedFrom = headerOf(request?.headers ?? [], "last-event-id");
    if (resumedFrom !== undefined) attributes["http.request.header.last-event-id"] = resumedFrom;
    const events = parseEvents(draft.responseBody ?? "");
    attributes["weir.sse.shown_events"] = String(events.count);
    if (events.types.length > 0) attributes["weir.sse.event_types"] = events.types.join(",");
    if (events.lastId !== undefined) attributes["weir.sse.last_event_id"] = events.lastId;
    if (events.retryMs !== undefined) attributes["weir.sse.retry_ms"] = String(events.retryMs);
    // Such a stream ends when somebody hangs up: that is no failure of it.
    const isHungUp = draft.status === "aborted" && (response.statusCode ?? 0) < 400;
    return { ...draft, protocol: sseRecord.protocol, status: isHungUp ? "ok" : draft.status, attributes };
  },
};
