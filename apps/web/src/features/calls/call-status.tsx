import type { CallStatus } from "@weir/model";

const WORDS: Readonly<Record<CallStatus, string>> = {
  ok: "ok",
  clientError: "client error",
  serverError: "server error",
  timeout: "timed out",
  aborted: "no answer",
  unknown: "unknown",
};

const CLASSES: Readonly<Record<CallStatus, string>> = {
  ok: "good",
  clientError: "warn",
  serverError: "bad",
  timeout: "bad",
  aborted: "bad",
  unknown: "dim",
};

/** A call's outcome: the protocol's own code and the common word. */
export function CallStatusText({ status, code }: { readonly status: CallStatus; readonly code: string }) {
  return (
    <span className={`call-status ${CLASSES[status]}`}>
      {code}
      {status === "ok" && code !== "" ? null : <span> {WORDS[status]}</span>}
    </span>
  );
}
