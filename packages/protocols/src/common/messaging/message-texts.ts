import { maskHeaders } from "../http/mask.ts";
import { payloadText } from "../payload-text.ts";

const TRACEPARENT = "traceparent";

/** What calls show of a message. */
export interface MessageTexts {
  readonly requestHeaders?: readonly (readonly [string, string])[];
  readonly requestBody?: string | undefined;
  readonly bodyTruncated?: boolean;
  readonly traceparent?: string | undefined;
}

/** What passed of a message. */
export interface MessageParts {
  /** What the application wrote beside the body, by name. */
  readonly headers: ReadonlyMap<string, string>;
  /** The beginning of the body. */
  readonly body: Uint8Array;
  /** How long the whole body is. */
  readonly bodyBytes: number;
  /** Bytes of the body that are shown. */
  readonly limitBytes: number;
}

/** Headers, masked, and the beginning of the body as calls show them, with the trace that the headers name. */
export function messageTextsOf({ headers, body, bodyBytes, limitBytes }: MessageParts): MessageTexts {
  const { text, isTruncated } = payloadText(body, bodyBytes, limitBytes);
  return {
    requestHeaders: maskHeaders([...headers]),
    requestBody: text,
    bodyTruncated: isTruncated,
    traceparent: headers.get(TRACEPARENT),
  };
}
