import { callRecord, captureRecord, connectionRecord, findingRecord, toJsonRecord } from "@weir/model";
import { CLOSE_WORDS, seenParts } from "./ending.ts";
import type { Explanation } from "./explanation.ts";
import { HEALTH_FIELDS } from "./health-numbers.ts";

/** An explanation as one JSON object; records in it have the model's fields. */
export function explanationJson({
  capture,
  connection,
  calls,
  judgement,
  verdicts,
  ladder,
  laterFirstPackets,
}: Explanation): object {
  return {
    kind: "explanation",
    capture: toJsonRecord(captureRecord, capture),
    connection: toJsonRecord(connectionRecord, connection),
    definitions: Object.fromEntries(
      HEALTH_FIELDS.map(({ name, meaning, unit, wireshark }) => [name, { meaning, unit, wireshark }]),
    ),
    ended: {
      reason: connection.closeReason,
      meaning: CLOSE_WORDS[connection.closeReason],
      seen: seenParts(connection),
    },
    verdicts,
    calls: calls.map((call) => toJsonRecord(callRecord, call)),
    callsLeftOut: Math.max(0, connection.calls - calls.length),
    findings: judgement.findings.map((finding) => toJsonRecord(findingRecord, finding)),
    rulesWithoutFinding: judgement.silent,
    ladder: { packets: ladder.packets, truncated: ladder.truncated },
    laterFirstPackets,
  };
}
