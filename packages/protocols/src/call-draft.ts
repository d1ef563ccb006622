import type { Mark } from "@weir/base";
import type { CallStatus, GradeReason } from "@weir/model";
import type { TraceContext } from "./common/trace-context.ts";

/** One request with its response as a dissector saw it. The pipeline adds identity, connection and names. */
export interface CallDraft {
  /** Word of the protocol that the call is of, where it is not the dissector's own: gRPC in HTTP/2, GraphQL in HTTP. */
  readonly protocol?: string | undefined;
  readonly operation: string;
  readonly target: string;
  readonly status: CallStatus;
  /** In the protocol's own terms: 503, NXDOMAIN, 23505. Empty where there is none. */
  readonly statusCode: string;
  readonly requestFirst: Mark;
  readonly requestLast: Mark;
  readonly responseFirst?: Mark | undefined;
  readonly responseLast?: Mark | undefined;
  readonly requestBytes: number;
  readonly responseBytes: number;
  readonly requestHeaders?: readonly (readonly [string, string])[];
  readonly responseHeaders?: readonly (readonly [string, string])[];
  readonly requestBody?: string | undefined;
  readonly responseBody?: string | undefined;
  readonly bodyTruncated?: boolean;
  /** W3C traceparent as it stood on the wire, unparsed. */
  readonly traceparent?: string | undefined;
  /** Trace context in another form than W3C's; it counts where there is no traceparent. */
  readonly otherTrace?: TraceContext | undefined;
  /** The protocol's own fields by OpenTelemetry name; each is declared in the protocol's `record.ts`. */
  readonly attributes: Readonly<Record<string, string>>;
  /** Of a call without an answer: who ended it, where the protocol has a word for that (RST_STREAM, a cancellation), and when. */
  readonly ending?: { readonly by: "client" | "server"; readonly mark: Mark } | undefined;
  /** Why this call is not whole: a gap inside it, a capture that starts or ends inside it, a limit. */
  readonly gradeReasons: readonly GradeReason[];
}
