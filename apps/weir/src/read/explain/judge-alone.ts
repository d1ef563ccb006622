import { type AnalysisConfig, createDetectors, DETECTOR_DESCRIPTIONS, rankFindings } from "@weir/analysis";
import type { Call, Connection, Finding } from "@weir/model";

/** Rules that were asked and found nothing, with what they would have needed. */
export interface SilentRules {
  readonly rules: readonly string[];
  readonly thresholds: string;
}

export interface Judgement {
  readonly findings: readonly Finding[];
  readonly silent: readonly SilentRules[];
}

/** Runs every detector over one connection and its calls, as if the capture held nothing else. */
export function judgeAlone(connection: Connection, calls: readonly Call[], config: AnalysisConfig): Judgement {
  // One connection cannot be reset twice: of the thresholds this one counts connections, and is met by the one there is.
  const detectors = createDetectors({ ...config, resetMin: 1 });
  for (const detector of detectors) {
    for (const call of calls) detector.call?.(call);
    detector.connection?.(connection);
  }
  const findings = rankFindings(detectors.flatMap((detector) => detector.finish(connection.captureId)));
  const found = new Set(findings.map(({ rule }) => rule));
  const silent = DETECTOR_DESCRIPTIONS.map(({ rules, thresholds }) => ({
    rules: rules.filter((rule) => !found.has(rule)),
    thresholds,
  })).filter(({ rules }) => rules.length > 0);
  return { findings, silent };
}
