import { useQuery } from "@tanstack/react-query";
import { formatDurationNs } from "@weir/base";
import { api, type CallJson, type DeliveryJson } from "../../lib/api.ts";
import { pageAddress } from "../../lib/location.ts";
import { GradeSentence } from "../../widgets/grade.tsx";
import { Link } from "../../widgets/link.tsx";

/** By what two calls are known to be about the same message, in words. */
const EVIDENCE_WORDS: Readonly<Record<DeliveryJson["evidence"], string>> = {
  position: "the same place in the broker's log",
  messageId: "the same message id",
  traceContext: "the same trace context",
  correlationId: "the same correlation id and destination",
  sameTrace: "the same trace and destination",
};
/** What of a call's attributes says that it is about messages. */
const ABOUT_MESSAGES = "messaging.operation.type";
/** Links that are shown; more are counted. */
const SHOWN = 20;

/** Where the messages of a call came from, or went to: who published or consumed them, and how long they were in the queue. */
export function CallDeliveries({ call }: { readonly call: CallJson }) {
  const { data } = useQuery({
    queryKey: ["deliveries", call.callId],
    queryFn: () => api.deliveries({ call: call.callId, limit: SHOWN, sort: "time" }),
    enabled: call.attributes[ABOUT_MESSAGES] !== undefined,
  });
  if (data === undefined || data.items.length === 0) return null;
  return (
    <section aria-label="Messages">
      <div className="section-head">
        <h2>{data.items[0]?.publishCallId === call.callId ? "Delivered" : "Published"}</h2>
        <span className="dim">
          {data.total > data.items.length
            ? `the first ${data.items.length} of ${data.total}`
            : "by what the messages carry"}
        </span>
      </div>
      <ol className="card attempts">
        {data.items.map((delivery) => (
          <li key={delivery.deliveryId}>
            <OtherCall delivery={delivery} callId={call.callId} />{" "}
            <span className="dim">
              after {formatDurationNs(delivery.queueNs)} in {delivery.destination}, {EVIDENCE_WORDS[delivery.evidence]}:{" "}
              {delivery.key}
              {delivery.candidates > 1 ? `, which ${delivery.candidates} publishing calls have` : ""}
            </span>{" "}
            <GradeSentence grade={delivery.grade} reasons={delivery.gradeReasons} />
          </li>
        ))}
      </ol>
    </section>
  );
}

/** The call at the other end of a delivery. */
function OtherCall({ delivery, callId }: { readonly delivery: DeliveryJson; readonly callId: string }) {
  const isPublish = delivery.publishCallId === callId;
  const other = isPublish ? delivery.consumeCallId : delivery.publishCallId;
  return (
    <Link to={pageAddress(`/calls/${encodeURIComponent(other)}`)}>
      {isPublish ? `to ${delivery.consumerService}` : `by ${delivery.clientService}`}
    </Link>
  );
}
