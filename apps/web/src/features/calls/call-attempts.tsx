import { useQuery } from "@tanstack/react-query";
import { formatDurationNs } from "@weir/base";
import { api, type CallJson, type RetryJson } from "../../lib/api.ts";
import { pageAddress } from "../../lib/location.ts";
import { Link } from "../../widgets/link.tsx";

/** By what attempts are known to belong together, in words. */
const EVIDENCE_WORDS: Readonly<Record<RetryJson["evidence"], string>> = {
  "": "",
  attemptHeader: "a header counts them",
  sameSpan: "they carry the same trace and span",
  idempotencyKey: "they carry the same idempotency key",
  requestId: "they carry the same request id",
  sameTrace: "the same trace asks the same again after a failure",
  sameRequest: "the same client asks the same again, soon after a failure",
};

/** The attempts of the logical call that a call belongs to: why each failed, and how long the client waited before the next. */
export function CallAttempts({ call }: { readonly call: CallJson }) {
  const { data } = useQuery({
    queryKey: ["retry", call.callId],
    queryFn: () => api.retries({ call: call.callId, limit: 1 }),
    enabled: call.status !== "ok" || call.attempt > 1,
  });
  const retry = data?.items[0];
  if (retry === undefined) {
    return call.attempt > 1 ? (
      <p className="card dim">Attempt {call.attempt}: a header says so; the others were not seen.</p>
    ) : null;
  }
  return (
    <section aria-label="Attempts">
      <div className="section-head">
        <h2>
          Attempt {call.attempt} of {retry.attempts}
        </h2>
        <span className="dim">
          one logical call, {formatDurationNs(retry.durationNs)} in all, ended {retry.outcome}, {waitsText(retry)},
          known because {EVIDENCE_WORDS[retry.evidence]}
        </span>
      </div>
      <ol className="card attempts">
        {retry.callIds.map((callId, index) => (
          <li key={callId} aria-current={callId === call.callId ? "true" : undefined}>
            {index === 0 ? null : <span className="dim">{gapText(retry.gapsNs[index - 1] ?? 0)}</span>}{" "}
            <Link
              to={pageAddress(`/calls/${encodeURIComponent(callId)}`)}
            >{`${index + 1}: ${failureText(retry.failures[index])}`}</Link>
          </li>
        ))}
      </ol>
    </section>
  );
}

function failureText(failure: string | undefined): string {
  switch (failure) {
    case undefined:
    case "":
      return "answered";
    case "clientGaveUp":
      return "the client gave up";
    case "serverClosed":
      return "the server closed";
    default:
      return failure;
  }
}

function gapText(gapNs: number): string {
  return gapNs < 0 ? "before that ended →" : `${formatDurationNs(gapNs)} later →`;
}

function waitsText({ backoff, backoffBaseNs, backoffFactor }: RetryJson): string {
  const from = backoffBaseNs === undefined ? "" : ` from ${formatDurationNs(backoffBaseNs)}`;
  const by = backoffFactor === undefined ? "" : `, ${backoffFactor.toFixed(1)} times longer each time`;
  return `waits: ${backoff}${from}${by}`;
}
