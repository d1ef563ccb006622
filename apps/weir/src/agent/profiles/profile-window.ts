import type { Frame, MeasuredPlace, ProfileAbilityName } from "@weir/kernel";
import type { ProfileSample, Stack } from "@weir/model";
import { stackOf } from "@weir/receive";
import { forgetOldest } from "../forget-oldest.ts";
import type { ProcessIdentity } from "./process-identity.ts";
import type { ProcessProfile } from "./process-profile.ts";

/** Rows of one window; more are counted and left out. */
const MAX_SAMPLES = 50_000;
/** Stacks that are remembered as told; those told first are forgotten. */
const MAX_TOLD = 100_000;
/** A stack is told again after so long: a hub may have lost it, or be another one. */
const TOLD_FOR_NS = 600_000_000_000n;

const TYPES: Readonly<Record<ProfileAbilityName, string>> = { cpuProfiles: "cpu", offCpuProfiles: "off_cpu" };

/** Names what a place's numbers stand for. */
export interface PlaceNames {
  frames(place: MeasuredPlace): Iterable<Frame>;
  identity(place: MeasuredPlace): ProcessIdentity;
}

interface Growing {
  readonly identity: ProcessIdentity;
  readonly sample: ProfileSample;
  readonly stack: Stack;
  value: number;
}

/** Adds up what is measured in a window of time, by process, thread and stack: addresses within one function are one place. */
export class ProfileWindow {
  readonly #host: string;
  readonly #names: PlaceNames;
  readonly #growing = new Map<string, Growing>();
  readonly #told = new Map<string, bigint>();
  #beganNs: bigint;
  /** Rows that were made. */
  samples = 0;
  /** Places that found no room. */
  droppedSamples = 0;

  /** A window that begins at a time, as Unix nanoseconds. */
  constructor(host: string, names: PlaceNames, beganNs: bigint) {
    this.#host = host;
    this.#names = names;
    this.#beganNs = beganNs;
  }

  add(name: ProfileAbilityName, places: readonly MeasuredPlace[]): void {
    for (const place of places) this.#add(TYPES[name], place);
  }

  /** Ends the window at a time, and begins the next one there: what was measured, by process. */
  take(nowNs: bigint): ProcessProfile[] {
    const profileDurationNs = Number(nowNs - this.#beganNs);
    const byProcess = new Map<ProcessIdentity, { samples: ProfileSample[]; stacks: Stack[] }>();
    for (const { identity, sample, stack, value } of this.#growing.values()) {
      const profile = byProcess.get(identity) ?? { samples: [], stacks: [] };
      byProcess.set(identity, profile);
      profile.samples.push({ ...sample, value, profileDurationNs });
      if (this.#isNews(stack.stackId, nowNs)) profile.stacks.push(stack);
    }
    this.samples += this.#growing.size;
    this.#growing.clear();
    this.#beganNs = nowNs;
    return [...byProcess].map(([{ containerId, podUid }, profile]) => ({ containerId, podUid, ...profile }));
  }

  #add(type: string, place: MeasuredPlace): void {
    const stack = stackOf(this.#names.frames(place));
    const key = `${type}\0${place.pid}\0${place.beganNs}\0${place.thread}\0${stack.stackId}`;
    const known = this.#growing.get(key);
    if (known !== undefined) known.value += place.value;
    else if (this.#growing.size >= MAX_SAMPLES) this.droppedSamples += 1;
    else this.#growing.set(key, this.#begin(type, place, stack));
  }

  #begin(type: string, place: MeasuredPlace, stack: Stack): Growing {
    const identity = this.#names.identity(place);
    const sample: ProfileSample = {
      at: this.#beganNs,
      service: identity.service,
      type,
      unit: "nanoseconds",
      value: 0,
      stackId: stack.stackId,
      profileId: undefined,
      profileDurationNs: undefined,
      processId: place.pid,
      thread: place.thread,
      container: identity.containerId,
      host: this.#host,
      traceId: undefined,
      spanId: undefined,
      attributes: identity.attributes,
    };
    return { identity, sample, stack, value: place.value };
  }

  #isNews(stackId: string, nowNs: bigint): boolean {
    const toldNs = this.#told.get(stackId);
    if (toldNs !== undefined && nowNs - toldNs < TOLD_FOR_NS) return false;
    this.#told.delete(stackId);
    this.#told.set(stackId, nowNs);
    forgetOldest(this.#told, MAX_TOLD);
    return true;
  }
}
