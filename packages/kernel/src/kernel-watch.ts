import { basename } from "node:path";
import { explainMissing, PollSet, readRights } from "@weir/capture";
import {
  areFunctionsHidden,
  type EventAbilityName,
  explainRefusal,
  isProfileAbility,
  type KernelAbility,
  type KernelAbilityName,
  missingGround,
  type ProfileAbilityName,
  shortcomings,
} from "./abilities.ts";
import { type DropCause, DropNames } from "./drops/drop-names.ts";
import { DROP_KEY_BYTES, type DropEvent, readDropKey } from "./events/drops.ts";
import { EventRing } from "./libbpf/event-ring.ts";
import { loadLibbpf, type NativeBpf } from "./libbpf/libbpf.ts";
import { measureCosts, type ProgramCost } from "./libbpf/program-cost.ts";
import { ProgramObject, RefusedProgram } from "./libbpf/program-object.ts";
import type { MeasuredPlace } from "./profiles/place-table.ts";
import { PROFILE_SOURCES, type ProfileOptions, ProfileSource } from "./profiles/profile-source.ts";
import { type KernelEvent, SOURCES } from "./sources.ts";
import { TlsProbes } from "./tls/tls-probes.ts";

/** The only key of a map that has one value. */
const FIRST_KEY = new Uint8Array(4);
/** Keys of a map that are read at most: as many as bpf/drops.bpf.c allows. */
const MAX_KEYS = 1_024;

/** What an ability has cost and told so far. */
export interface KernelCost extends ProgramCost {
  readonly name: KernelAbilityName;
  readonly events: number;
  /** Events that found no room in their ring. */
  readonly lostEvents: number;
}

/** Packets that were dropped for one reason at one place. */
export interface DropTotal extends DropCause {
  readonly packets: number;
}

interface Source {
  readonly name: EventAbilityName;
  readonly object: ProgramObject;
  readonly ring: EventRing;
}

/** Programs in the kernel, and what they tell. Waiting for it blocks the thread: it belongs in a worker. */
export class KernelWatch {
  /** Of those wanted, in their order. */
  readonly abilities: readonly KernelAbility[];
  readonly #sources: Source[] = [];
  readonly #profiles: ProfileSource[] = [];
  readonly #names = new DropNames();
  readonly #native: NativeBpf | undefined;
  readonly #polled: PollSet | undefined;
  readonly #measuring: number = -1;
  readonly #rights = readRights();
  #tls: TlsProbes | undefined;

  /** Loads what is wanted, as far as this kernel takes it. */
  constructor(wanted: readonly KernelAbilityName[], profiles: ProfileOptions = { leastWaitNs: 0 }) {
    const native = loadLibbpf();
    const missing = native instanceof Error ? native.message : missingGround();
    if (native instanceof Error || missing !== undefined) {
      this.abilities = wanted.map((name) => ({ name, has: false, why: missing ?? "" }));
      return;
    }
    this.#native = native;
    const tried = wanted.map((name) => this.#try(native, name, profiles));
    // Loading reads the types of the whole kernel, for each object anew.
    native.libc.malloc_trim?.(0);
    this.#measuring = this.#sources.length + this.#profiles.length === 0 ? -1 : measureCosts(native.bpf);
    const hidesFunctions = areFunctionsHidden();
    this.abilities = tried.map((ability) => (ability.has ? this.#withLimits(ability, hidesFunctions) : ability));
    this.#polled = new PollSet(
      native.libc,
      this.#sources.map(({ ring }) => ring.fd),
    );
  }

  /** Waits for events, at most so long, and hands over those that are there, up to a bound: true where there are more. */
  read(timeoutMs: number, onEvent: (event: KernelEvent) => void): boolean {
    this.#polled?.wait(timeoutMs);
    let hasMore = false;
    for (const { name, ring } of this.#sources) {
      const { read } = SOURCES[name];
      const isFull = ring.read((view, at) => {
        const event = read(view, at);
        if (event !== undefined) onEvent(event);
      });
      hasMore ||= isFull;
    }
    return hasMore;
  }

  /** All IP packets that were dropped, by cause, the most first; also those that no event was told of. */
  dropTotals(): DropTotal[] {
    const totals = this.#sources.find(({ name }) => name === "kernelDrops")?.object.map("totals");
    if (totals === undefined) return [];
    const keys = this.#keysOf(totals, DROP_KEY_BYTES);
    this.#names.learn(keys.map((key) => readDropKey(key).place));
    return keys
      .map((key) => ({ ...this.#names.cause(readDropKey(key)), packets: this.#countAt(totals, key) }))
      .sort((a, b) => b.packets - a.packets);
  }

  /** What profiles have measured since they were asked last, by place. */
  takePlaces(): { readonly name: ProfileAbilityName; readonly places: readonly MeasuredPlace[] }[] {
    return this.#profiles.map((source) => ({ name: source.name, places: source.take() }));
  }

  /** Watches OpenSSL where it has appeared since: in new processes, in new libraries. */
  lookForTls(): void {
    this.#tls?.look();
  }

  /** Looks up where these packets were dropped, all at once: the table of the kernel's functions is so large that reading it costs a tenth of a second. */
  learnPlaces(events: readonly KernelEvent[]): void {
    this.#names.learn(events.flatMap((event) => (event.kind === "dropped" ? [event.place] : [])));
  }

  /** Why and where a packet was dropped, in words. */
  causeOf(drop: DropEvent): DropCause {
    return this.#names.cause(drop);
  }

  /** What the abilities that are there have cost. */
  costs(): KernelCost[] {
    const told = [
      ...this.#sources.map(({ name, object, ring }) => ({ name, object, events: ring.events })),
      ...this.#profiles.map(({ name, object, places }) => ({ name, object, events: places })),
    ];
    return told.map(({ name, object, events }) => ({
      name,
      events,
      lostEvents: this.#countAt(object.map("lost"), FIRST_KEY),
      ...object.cost(),
    }));
  }

  /** Takes all programs out of the kernel. */
  close(): void {
    for (const { ring, object } of this.#sources.splice(0)) {
      ring.close();
      object.close();
    }
    for (const { object } of this.#profiles.splice(0)) object.close();
    if (this.#measuring >= 0) this.#native?.libc.close(this.#measuring);
  }

  #try(native: NativeBpf, name: KernelAbilityName, profiles: ProfileOptions): KernelAbility {
    try {
      return isProfileAbility(name) ? this.#openProfile(native, name, profiles) : this.#open(native, name);
    } catch (error) {
      if (!(error instanceof RefusedProgram)) throw error;
      return { name, has: false, why: explainRefusal(error, this.#rights) };
    }
  }

  #withLimits(ability: KernelAbility, hidesFunctions: boolean): KernelAbility {
    const limits = shortcomings(ability.name, this.#rights, hidesFunctions);
    if (this.#measuring < 0)
      limits.push(
        `what it costs is not measured: ${explainMissing(this.#rights, ["CAP_SYS_ADMIN"]) ?? "the kernel refuses"}`,
      );
    return { ...ability, why: [ability.why, ...limits].join("; ") };
  }

  #openProfile(native: NativeBpf, name: ProfileAbilityName, options: ProfileOptions): KernelAbility {
    this.#profiles.push(new ProfileSource(native, name, options));
    return { name, has: true, why: PROFILE_SOURCES[name].why };
  }

  #open(native: NativeBpf, name: EventAbilityName): KernelAbility {
    const { object: file, ringBytes, why } = SOURCES[name];
    // The kernel gives probes of programs' functions to nobody else (perf_uprobe_event_init), and says so for each file only.
    const missing = name === "tlsPlaintext" ? explainMissing(this.#rights, ["CAP_SYS_ADMIN"]) : undefined;
    if (missing !== undefined) return { name, has: false, why: `watching functions of programs: ${missing}` };
    const object = new ProgramObject(native, file);
    const ring = new EventRing(native, object.map("events"), ringBytes);
    this.#sources.push({ name, object, ring });
    const instead = object.instead.length === 0 ? "" : `, on this kernel by ${object.instead.join(", ")}`;
    if (name !== "tlsPlaintext") return { name, has: true, why: why + instead };
    this.#tls = new TlsProbes(object);
    this.lookForTls();
    return { name, has: true, why: `${why}, in ${fileNames(this.#tls.watched)}${instead}` };
  }

  #countAt(map: number, key: Uint8Array): number {
    const value = new Uint8Array(8);
    if (this.#native === undefined || this.#native.bpf.bpf_map_lookup_elem(map, key, value) < 0) return 0;
    return Number(new DataView(value.buffer).getBigUint64(0, true));
  }

  /** The map may change meanwhile; it has no more than its bound. */
  #keysOf(map: number, bytes: number): Uint8Array[] {
    const keys: Uint8Array[] = [];
    let before: Uint8Array | null = null;
    while (keys.length < MAX_KEYS) {
      const next: Uint8Array = new Uint8Array(bytes);
      if (this.#native === undefined || this.#native.bpf.bpf_map_get_next_key(map, before, next) < 0) break;
      keys.push(next);
      before = next;
    }
    return keys;
  }
}

function fileNames(paths: readonly string[]): string {
  const names = [...new Set(paths.map((path) => basename(path)))];
  return names.length === 0 ? "no file yet" : names.join(", ");
}
