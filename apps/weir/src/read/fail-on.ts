import { type Finding, SEVERITIES } from "@weir/model";
import { ExitCode } from "../failure.ts";
import type { FailOn } from "./options.ts";

/** The exit code that `--fail-on` gives to these findings. */
export function exitCodeOf(findings: readonly Finding[], failOn: FailOn | undefined): number {
  return findings.some((finding) => fails(finding, failOn)) ? ExitCode.found : ExitCode.ok;
}

function fails({ decided, severity }: Finding, failOn: FailOn | undefined): boolean {
  if (!decided || failOn === undefined) return false;
  return failOn === "finding" || SEVERITIES.indexOf(severity) <= SEVERITIES.indexOf(failOn);
}
