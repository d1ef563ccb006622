/** How much rows count. */
export interface Weighing {
  /** How many one row stands for. */
  readonly weight: string;
  /** Rows with the same value of this were sampled together: all of a trace are there, or none. */
  readonly cluster: string;
}

/** 1 as a threshold has it: 56 bits. */
const ALL = "72057594037927936.";
const DIGITS = "extract(TraceState, '(?:^|,)\\\\s*ot=(?:[^,;]*;)*th:([0-9a-f]{1,14})(?:[;,\\\\s]|$)')";
const THRESHOLD = `reinterpretAsUInt64(reverse(unhex(rightPad(${DIGITS}, 14, '0'))))`;

/**
 * How many spans one stands for, as SQL over a row of `otel_traces`: what OpenTelemetry's consistent probability sampling says in `tracestate` (`ot=th:c`: 1 of 4). 1 where it does not say; such rows are not
 * searched. https://opentelemetry.io/docs/specs/otel/trace/tracestate-probability-sampling/
 */
export const SPAN_WEIGHT = `if(position(TraceState, 'th:') = 0, 1., ${ALL} / (${ALL} - ${THRESHOLD}))`;

export const SPAN_WEIGHING: Weighing = { weight: SPAN_WEIGHT, cluster: "TraceId" };
