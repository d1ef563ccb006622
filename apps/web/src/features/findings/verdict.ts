import type { FindingJson } from "../../lib/api.ts";

/** How many findings there are of each severity, in words: `1 critical, 7 warnings, 2 that cannot be decided`. */
export function countWords(findings: readonly Pick<FindingJson, "severity" | "decided">[]): string {
  const decided = findings.filter((finding) => finding.decided);
  const of = (severity: FindingJson["severity"]) => decided.filter((finding) => finding.severity === severity).length;
  const [critical, warnings, notes] = [of("critical"), of("warning"), of("info")];
  const undecided = findings.length - decided.length;
  const parts = [
    critical > 0 ? `${critical} critical` : "",
    warnings > 0 ? `${warnings} ${warnings === 1 ? "warning" : "warnings"}` : "",
    notes > 0 ? `${notes} to know` : "",
    undecided > 0 ? `${undecided} that cannot be decided` : "",
  ];
  return parts.filter((part) => part !== "").join(", ");
}
