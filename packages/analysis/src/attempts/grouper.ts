import { NS_PER_S } from "@weir/base";
import {
  ATTEMPT_EVIDENCE,
  type AttemptEvidence,
  type Call,
  type CallStatus,
  type GradeReason,
  gradeOf,
  type Retry,
} from "@weir/model";
import { fitBackoff } from "./backoff.ts";
import { type AttemptKey, attemptKeys, countedAttempt } from "./evidence.ts";
import { failureOf, mayBeRetried } from "./failure.ts";
import { Rhythm } from "./rhythm.ts";

/** Longest time between the end of an attempt and the next one; a back-off that waits longer is taken for a new call. */
const WINDOW_NS = BigInt(60 * NS_PER_S);
/** Failed calls that are remembered; the oldest is let go beyond it. */
const MAX_OPEN = 10_000;
/** More of the same than this, without any id, is a habit and no retry. */
const MAX_ATTEMPTS_BY_SAMENESS = 10;
/** Attempts that are listed; more are counted. */
const MAX_LISTED = 100;
const NO_KEYS: readonly AttemptKey[] = [];

/** What is kept of a logical call's first attempt: with its bodies and headers ten thousand calls would be hundreds of megabytes. */
type FirstAttempt = Pick<
  Call,
  | "captureId"
  | "callId"
  | "protocol"
  | "operation"
  | "target"
  | "clientService"
  | "serverService"
  | "serverPort"
  | "startedAt"
>;

/** A logical call whose last attempt failed, so that another may follow. */
interface OpenGroup {
  readonly first: FirstAttempt;
  readonly callIds: string[];
  readonly failures: string[];
  readonly gapsNs: number[];
  readonly keys: Set<string>;
  attempts: number;
  evidence: AttemptEvidence;
  /** Of the last attempt. */
  outcome: CallStatus;
  lastEndNs: bigint;
  readonly reasons: Set<GradeReason>;
}

/** A call that was found to be a further attempt. */
interface Attempt {
  readonly call: Call;
  readonly keys: readonly AttemptKey[];
  /** Its number by a header that counts. */
  readonly counted: number | undefined;
  readonly isFailure: boolean;
  readonly by: AttemptEvidence;
}

/**
 * Finds calls that are attempts of one logical call. Calls come in the order in which they were finished; each is told which attempt it is, and a logical
 * call that took several becomes a {@link Retry} when an attempt succeeds, or when no other follows. Only failed calls are remembered.
 */
export class AttemptGrouper {
  readonly #emit: (retry: Retry) => void;
  readonly #byKey = new Map<string, OpenGroup>();
  /** In the order of their last attempts. */
  readonly #open = new Set<OpenGroup>();
  /** How many of them are about each target: what none is about follows none. */
  readonly #openTargets = new Map<string, number>();
  readonly #rhythm = new Rhythm();
  /** Failed calls that were let go because too many were remembered: a retry of theirs was not recognised. */
  forgotten = 0;

  constructor(emit: (retry: Retry) => void) {
    this.#emit = emit;
  }

  /** Takes a call and returns it with the number of its attempt. */
  call(call: Call): Call {
    const counted = countedAttempt(call);
    const isFailure = mayBeRetried(call);
    // Most calls are fine and of a target for which nothing waits: keys are not made for them.
    const mayFollow = this.#openTargets.size > 0 && this.#openTargets.has(call.target);
    const keys = isFailure || mayFollow ? attemptKeys(call) : NO_KEYS;
    const found = mayFollow ? this.#groupOf(call, keys) : undefined;
    if (found !== undefined) return this.#add(found.group, { call, keys, counted, isFailure, by: found.evidence });
    this.#rhythm.count(call, call.startedAt);
    if (isFailure) this.#begin(call, keys, counted ?? 1);
    return counted === undefined ? call : numbered(call, counted);
  }

  /** No more calls come. */
  finish(): void {
    for (const group of [...this.#open]) this.#close(group);
  }

  #groupOf(call: Call, keys: readonly AttemptKey[]) {
    for (const { evidence, key } of keys) {
      const group = this.#byKey.get(key);
      if (group === undefined) continue;
      if (call.startedAt - group.lastEndNs > WINDOW_NS) this.#close(group);
      else if (this.#follows(call, group, evidence)) return { group, evidence };
    }
    return undefined;
  }

  /**
   * One that began before the first attempt is none of its retries: it was finished late. Without an id, a retry begins behind the failure; where the
   * client counts, its number says more than habits do, and what has none is a call of its own.
   */
  #follows(call: Call, group: OpenGroup, evidence: AttemptEvidence): boolean {
    if (evidence !== "sameRequest") return call.startedAt > group.first.startedAt;
    if (call.startedAt < group.lastEndNs) return false;
    const counted = countedAttempt(call);
    if (counted !== undefined) return counted > group.attempts;
    return (
      group.evidence !== "attemptHeader" && group.attempts < MAX_ATTEMPTS_BY_SAMENESS && !this.#rhythm.isHabit(call)
    );
  }

  #begin(call: Call, keys: readonly AttemptKey[], attempts: number): void {
    const group: OpenGroup = {
      first: firstAttemptOf(call),
      callIds: [call.callId],
      failures: [failureOf(call)],
      gapsNs: [],
      keys: new Set(),
      attempts,
      evidence: "",
      outcome: call.status,
      lastEndNs: endOf(call),
      reasons: new Set(call.gradeReasons as readonly GradeReason[]),
    };
    this.#remember(group, keys);
    this.#open.add(group);
    this.#openTargets.set(call.target, (this.#openTargets.get(call.target) ?? 0) + 1);
    if (this.#open.size <= MAX_OPEN) return;
    const [oldest] = this.#open;
    if (oldest === undefined) return;
    this.forgotten += 1;
    this.#close(oldest);
  }

  #add(group: OpenGroup, { call, keys, counted, isFailure, by }: Attempt): Call {
    const evidence = counted === undefined ? by : "attemptHeader";
    group.attempts = Math.max(group.attempts + 1, counted ?? 0);
    group.evidence = weaker(group.evidence, evidence);
    if (group.callIds.length < MAX_LISTED) {
      group.callIds.push(call.callId);
      group.failures.push(failureOf(call));
      group.gapsNs.push(Number(call.startedAt - group.lastEndNs));
    } else group.reasons.add("limitReached");
    for (const reason of call.gradeReasons) group.reasons.add(reason as GradeReason);
    group.outcome = call.status;
    group.lastEndNs = endOf(call);
    const told = numbered(call, group.attempts, group.first.callId, evidence);
    if (!isFailure) this.#close(group);
    else {
      this.#remember(group, keys);
      this.#open.delete(group);
      this.#open.add(group);
    }
    return told;
  }

  #remember(group: OpenGroup, keys: readonly AttemptKey[]): void {
    for (const { key } of keys) {
      group.keys.add(key);
      this.#byKey.set(key, group);
    }
  }

  #close(group: OpenGroup): void {
    this.#open.delete(group);
    const { target } = group.first;
    const others = (this.#openTargets.get(target) ?? 1) - 1;
    if (others > 0) this.#openTargets.set(target, others);
    else this.#openTargets.delete(target);
    for (const key of group.keys) if (this.#byKey.get(key) === group) this.#byKey.delete(key);
    if (group.callIds.length > 1) this.#emit(retryOf(group));
  }
}

function numbered(
  call: Call,
  attempt: number,
  firstAttemptId?: string,
  attemptEvidence: AttemptEvidence = "attemptHeader",
): Call {
  return { ...call, attempt, firstAttemptId, attemptEvidence: attempt > 1 ? attemptEvidence : "" };
}

/** When nothing more of a call came: its answer, or the end that came instead. */
function endOf({ startedAt, durationNs, requestNs, abandonedAfterNs }: Call): bigint {
  return startedAt + BigInt(Math.round(durationNs ?? requestNs + (abandonedAfterNs ?? 0)));
}

function firstAttemptOf(call: Call): FirstAttempt {
  const { captureId, callId, protocol, operation, target, clientService, serverService, serverPort, startedAt } = call;
  return { captureId, callId, protocol, operation, target, clientService, serverService, serverPort, startedAt };
}

/** A group is known as well as the weakest of what holds it together. */
function weaker(a: AttemptEvidence, b: AttemptEvidence): AttemptEvidence {
  return ATTEMPT_EVIDENCE.indexOf(a) > ATTEMPT_EVIDENCE.indexOf(b) ? a : b;
}

function retryOf({
  first,
  outcome,
  attempts,
  callIds,
  failures,
  gapsNs,
  evidence,
  lastEndNs,
  reasons,
}: OpenGroup): Retry {
  const { captureId, callId, protocol, operation, target, clientService, serverService, serverPort, startedAt } = first;
  const { backoff, baseNs, factor } = fitBackoff(gapsNs);
  return {
    captureId,
    retryId: callId,
    protocol,
    operation,
    target,
    clientService,
    serverService,
    serverPort,
    startedAt,
    durationNs: Number(lastEndNs - startedAt),
    attempts,
    outcome,
    callIds,
    failures,
    gapsNs,
    evidence,
    backoff,
    backoffBaseNs: baseNs === undefined ? undefined : Math.round(baseNs),
    backoffFactor: factor,
    grade: gradeOf([...reasons]),
    gradeReasons: [...reasons],
  };
}
