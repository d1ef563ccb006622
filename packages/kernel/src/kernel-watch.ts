import { PollSet } from "@weir/capture";
import { explainRefusal, type KernelAbility, type KernelAbilityName, missingGround } from "./abilities.ts";
import { readSocketEvent, type SocketEvent } from "./events/sockets.ts";
import { EventRing } from "./libbpf/event-ring.ts";
import { loadLibbpf, type NativeBpf } from "./libbpf/libbpf.ts";
import { measureCosts, type ProgramCost } from "./libbpf/program-cost.ts";
import { ProgramObject, RefusedProgram } from "./libbpf/program-object.ts";

/** Something that the kernel told. */
export type KernelEvent = SocketEvent;

/** How an ability's events come: by which object, through how large a ring (as its source says), read how. */
interface SourceDefinition {
  readonly object: string;
  readonly ringBytes: number;
  readonly why: string;
  read(view: DataView, at: number, bytes: number): KernelEvent | undefined;
}

const SOURCES: Readonly<Record<KernelAbilityName, SourceDefinition>> = {
  kernelSockets: {
    object: "sockets",
    ringBytes: 1 << 20,
    why: "eBPF on sock/inet_sock_set_state",
    read: readSocketEvent,
  },
};

/** What an ability has cost and told so far. */
export interface KernelCost extends ProgramCost {
  readonly name: KernelAbilityName;
  readonly events: number;
  /** Events that found no room in their ring. */
  readonly lostEvents: number;
}

interface Source {
  readonly name: KernelAbilityName;
  readonly object: ProgramObject;
  readonly ring: EventRing;
  readonly lostMap: number;
}

/** Programs in the kernel, and what they tell. Waiting for it blocks the thread: it belongs in a worker. */
export class KernelWatch {
  /** Of those wanted, in their order. */
  readonly abilities: readonly KernelAbility[];
  readonly #sources: Source[] = [];
  readonly #native: NativeBpf | undefined;
  readonly #polled: PollSet | undefined;
  readonly #measuring: number = -1;

  /** Loads what is wanted, as far as this kernel takes it. */
  constructor(wanted: readonly KernelAbilityName[]) {
    const native = loadLibbpf();
    const missing = native instanceof Error ? native.message : missingGround();
    if (native instanceof Error || missing !== undefined) {
      this.abilities = wanted.map((name) => ({ name, has: false, why: missing ?? "" }));
      return;
    }
    this.#native = native;
    this.abilities = wanted.map((name) => this.#open(native, name));
    this.#measuring = this.#sources.length === 0 ? -1 : measureCosts(native.bpf);
    this.#polled = new PollSet(
      native.libc,
      this.#sources.map(({ ring }) => ring.fd),
    );
  }

  /** Waits for events, at most so long, and hands over those that are there. */
  read(timeoutMs: number, onEvent: (event: KernelEvent) => void): void {
    this.#polled?.wait(timeoutMs);
    for (const { name, ring } of this.#sources)
      ring.read((view, at, bytes) => {
        const event = SOURCES[name].read(view, at, bytes);
        if (event !== undefined) onEvent(event);
      });
  }

  /** What the abilities that are there have cost. */
  costs(): KernelCost[] {
    return this.#sources.map(({ name, object, ring, lostMap }) => ({
      name,
      events: ring.events,
      lostEvents: this.#countAt(lostMap),
      ...object.cost(),
    }));
  }

  /** Takes all programs out of the kernel. */
  close(): void {
    for (const { ring, object } of this.#sources.splice(0)) {
      ring.close();
      object.close();
    }
    if (this.#measuring >= 0) this.#native?.libc.close(this.#measuring);
  }

  #open(native: NativeBpf, name: KernelAbilityName): KernelAbility {
    const { object: file, ringBytes, why } = SOURCES[name];
    try {
      const object = new ProgramObject(native, file);
      const ring = new EventRing(native, object.map("events"), ringBytes);
      this.#sources.push({ name, object, ring, lostMap: object.map("lost") });
      return { name, has: true, why };
    } catch (error) {
      if (!(error instanceof RefusedProgram)) throw error;
      return { name, has: false, why: explainRefusal(error) };
    }
  }

  #countAt(map: number): number {
    const value = new Uint8Array(8);
    if (this.#native === undefined || this.#native.bpf.bpf_map_lookup_elem(map, new Uint8Array(4), value) < 0) return 0;
    return Number(new DataView(value.buffer).getBigUint64(0, true));
  }
}
