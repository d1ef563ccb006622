import type { ProfileAbilityName } from "../abilities.ts";
import type { NativeBpf } from "../libbpf/libbpf.ts";
import { ProgramObject } from "../libbpf/program-object.ts";
import { type MeasuredPlace, PlaceTable } from "./place-table.ts";
import { openProcessorClocks, TICKS_PER_SECOND } from "./processor-clock.ts";

const NS_PER_SECOND = 1e9;

/** What profiles are taken of. */
export interface ProfileOptions {
  /** Waits that are shorter are left out of the profile of waiting. */
  readonly leastWaitNs: number;
}

interface ProfileDefinition {
  readonly object: string;
  readonly why: string;
  /** What one unit of a place's value stands for. */
  readonly nsPerUnit: number;
}

export const PROFILE_SOURCES: Readonly<Record<ProfileAbilityName, ProfileDefinition>> = {
  cpuProfiles: {
    object: "on-cpu",
    why: `eBPF at ${TICKS_PER_SECOND} ticks a second of each processor's clock (perf_event)`,
    nsPerUnit: NS_PER_SECOND / TICKS_PER_SECOND,
  },
  offCpuProfiles: {
    object: "off-cpu",
    why: "eBPF on sched/sched_switch",
    nsPerUnit: 1,
  },
};

/** Programs that take profiles, and the places that they have told of. */
export class ProfileSource {
  readonly name: ProfileAbilityName;
  readonly object: ProgramObject;
  readonly #table: PlaceTable;
  readonly #nsPerUnit: number;
  /** Places that were read. */
  places = 0;

  /** Throws RefusedProgram where the kernel does not take them. */
  constructor(native: NativeBpf, name: ProfileAbilityName, { leastWaitNs }: ProfileOptions) {
    const { object, nsPerUnit } = PROFILE_SOURCES[name];
    this.name = name;
    this.#nsPerUnit = nsPerUnit;
    this.object = new ProgramObject(native, object);
    try {
      this.#table = new PlaceTable(native, this.object, leastWaitNs);
      if (name === "cpuProfiles")
        for (const clock of openProcessorClocks(native)) this.object.attachPerfEvent("ticked", clock);
    } catch (error) {
      this.object.close();
      throw error;
    }
  }

  /** What was measured since the last reading, in nanoseconds. */
  take(): MeasuredPlace[] {
    const places = this.#table.take();
    this.places += places.length;
    return places.map((place) => ({ ...place, value: Math.round(place.value * this.#nsPerUnit) }));
  }
}
