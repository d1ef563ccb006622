import { type ProfileSample, profileRecord, stackRecord } from "@weir/model";
import { BrokenMessage } from "../message/reader.ts";
import type { Received, Rejections } from "../received.ts";
import { type Frame, StackTable } from "./stack-table.ts";

type Texts = Readonly<Record<string, string>>;

/** What all samples of a profile share. */
export interface ProfileOrigin {
  readonly service: string;
  readonly startedAt: bigint;
  readonly durationNs: bigint;
  readonly profileId?: string | undefined;
  /** Attributes of the resource and the profile. */
  readonly attributes: Texts;
}

/** One value at one place. */
export interface SampleDraft {
  readonly type: string;
  readonly unit: string;
  readonly value: bigint;
  /** How the sender names the stack. */
  readonly stackKey: string;
  /** Its frames, innermost first. */
  readonly frames: () => Iterable<Frame>;
  readonly at?: bigint | undefined;
  readonly traceId?: string | undefined;
  readonly spanId?: string | undefined;
  readonly attributes: Texts;
}

/** Samples of one request: more rows would cost the hub more than the request's bytes do. */
const MAX_SAMPLES = 500_000;

/** Gathers what a request says of profiles: samples, and their stacks once. */
export class ProfileTables {
  readonly #samples: ProfileSample[] = [];
  readonly #stacks = new StackTable();
  readonly #rejections: Rejections;

  constructor(rejections: Rejections) {
    this.#rejections = rejections;
  }

  /** Adds a value; nothing measured is no sample. One that cannot be kept is counted. */
  add(origin: ProfileOrigin, draft: SampleDraft): void {
    if (draft.value === 0n) return;
    if (this.#samples.length === MAX_SAMPLES) {
      this.#rejections.add("tooMany", `a request has more than ${MAX_SAMPLES} samples`);
      return;
    }
    try {
      this.#samples.push(sampleOf(origin, draft, this.#stacks.idOf(draft.stackKey, draft.frames)));
    } catch (error) {
      if (!(error instanceof BrokenMessage)) throw error;
      this.#rejections.add("unreadable", `sample of ${draft.type}: ${error.message}`);
    }
  }

  list(): Received["tables"] {
    // Stacks first: a sample whose stack is not there yet cannot be shown.
    return [
      { table: stackRecord, rows: this.#stacks.rows },
      { table: profileRecord, rows: this.#samples },
    ].filter(({ rows }) => rows.length > 0);
  }
}

function sampleOf(origin: ProfileOrigin, draft: SampleDraft, stackId: string): ProfileSample {
  const attributes = { ...origin.attributes, ...draft.attributes };
  const text = (...names: readonly string[]) =>
    names.map((name) => attributes[name]).find((value) => value !== undefined);
  const processId = Number(text("process.pid", "pid") ?? Number.NaN);
  return {
    at: draft.at ?? origin.startedAt,
    service: origin.service,
    type: draft.type,
    unit: draft.unit,
    value: Number(draft.value),
    stackId,
    profileId: origin.profileId,
    profileDurationNs: origin.durationNs > 0n ? Number(origin.durationNs) : undefined,
    processId: Number.isSafeInteger(processId) ? processId : undefined,
    thread: text("thread.name", "thread name", "thread"),
    container: text("container.id"),
    host: text("host.name", "hostname"),
    traceId: draft.traceId,
    spanId: draft.spanId,
    attributes,
  };
}
