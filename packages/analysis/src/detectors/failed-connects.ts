import type { Finding } from "@weir/model";
import type { Detector, DetectorDescription } from "../contract.ts";
import { EdgeMap, edgeName } from "../edges.ts";
import { EvidenceCollector } from "../evidence.ts";
import { makeFinding } from "../finding.ts";

export const failedConnectsDescription: DetectorDescription = {
  rules: ["kernel.connect-failed"],
  meaning:
    "Processes whose connections did not come about, as the kernel says, though no packet of them was seen where the agent captures: their own host holds them back. Such attempts have no record of a connection.",
  thresholds:
    "one attempt that failed with an errno other than ECONNREFUSED, or was given up after a second; only in network namespaces that the agent watches",
  refutedBy: "packets of these attempts on an interface, or to a port, that the agent does not capture",
};

/** An attempt to connect that the kernel told of, and no packet. Times are Unix nanoseconds. */
export interface FailedConnect {
  readonly clientAddress: string;
  readonly serverAddress: string;
  readonly serverPort: number;
  readonly processName: string;
  readonly pid: number;
  /** Name of the errno; undefined where the process gave it up. */
  readonly error: string | undefined;
  readonly startedAt: bigint;
  readonly endedAt: bigint;
  /** Why and where the kernel dropped packets of it. */
  readonly dropCauses: readonly string[];
}

interface Failures {
  attempts: number;
  readonly processes: Set<string>;
  readonly errors: Map<string, number>;
  readonly causes: Set<string>;
  readonly evidence: EvidenceCollector;
}

/** Processes, and causes of drops, that a finding names. */
const MAX_NAMED = 4;

/** Connections that fail before a packet of them is seen. */
export class FailedConnectsDetector implements Detector {
  readonly rule = "kernel.connect-failed";
  readonly #edges = new EdgeMap<Failures>(() => ({
    attempts: 0,
    processes: new Set(),
    errors: new Map(),
    causes: new Set(),
    evidence: new EvidenceCollector(),
  }));

  failed(attempt: FailedConnect): void {
    const { clientAddress, serverAddress, serverPort, processName, pid, error = "given up", dropCauses } = attempt;
    const edge = this.#edges.of({ clientService: clientAddress, serverService: serverAddress, serverPort });
    if (edge === undefined) return;
    edge.attempts += 1;
    edge.errors.set(error, (edge.errors.get(error) ?? 0) + 1);
    if (edge.processes.size < MAX_NAMED) edge.processes.add(`${processName} (${pid})`);
    for (const cause of dropCauses) if (edge.causes.size < MAX_NAMED) edge.causes.add(cause);
    edge.evidence.startedAt ??= attempt.startedAt;
    edge.evidence.endedAt = attempt.endedAt;
  }

  finish(captureId: string): Finding[] {
    return [...this.#edges.all()].map(({ edge, aggregate: { attempts, processes, errors, causes, evidence } }) => {
      const errorsText = [...errors].map(([error, count]) => `${count} × ${error}`).join(", ");
      const causesText = [...causes].join(", ");
      return makeFinding(edge, evidence, {
        captureId,
        rule: this.rule,
        severity: "critical",
        title: `${edgeName(edge)}: connections fail before a packet of them is seen`,
        summary: `${attempts} ${attempts === 1 ? "attempt" : "attempts"} of ${[...processes].join(", ")} failed: ${errorsText}. No packet of them was seen where the agent captures: the client's host holds them back.`,
        advice:
          "Look on the client's host at its firewall's rules for what goes out, at its routes (ip route get ADDRESS), and whether the next hop answers (ip neigh)",
        refutedBy: failedConnectsDescription.refutedBy,
        steps: [
          {
            question: "What was the process told?",
            measured: errorsText,
            threshold: "an errno other than ECONNREFUSED, or given up after a second",
            outcome: "taken",
          },
          {
            question: "Did the kernel drop packets of them?",
            measured: causesText === "" ? "not that it told" : causesText,
            threshold: "any",
            outcome: causesText === "" ? "ruledOut" : "taken",
          },
        ],
        impact: attempts,
      });
    });
  }
}
