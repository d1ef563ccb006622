import type { Call, CallStatus } from "@weir/model";
import { EvidenceCollector } from "../evidence.ts";
import { Tally } from "../tally.ts";

/** HTTP calls of one edge, and those of them that were answered with one kind of error: how many, with which codes, at which targets. */
export class HttpAnswers {
  calls = 0;
  errors = 0;
  readonly codes = new Tally();
  readonly targets = new Tally();
  readonly evidence = new EvidenceCollector();

  /** Counts a call; as an error where its status is `kind`. */
  count(call: Call, kind: CallStatus): void {
    this.calls += 1;
    if (call.status !== kind) return;
    this.errors += 1;
    this.codes.add(call.statusCode);
    this.targets.add(`${call.operation} ${call.target.split("?")[0]}`);
    this.evidence.call(call);
  }
}
