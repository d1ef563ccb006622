import type { NativeBpf } from "../libbpf/libbpf.ts";
import type { ProgramObject } from "../libbpf/program-object.ts";

/** Where the members of `struct place` lie (bpf/places.h). */
const Place = { cgroup: 0, began: 8, pid: 24, command: 32, bytes: 48 } as const;
/** Where those of `struct measured` lie, with its stack. */
const Measured = {
  sum: 0,
  kernelBytes: 8,
  userBytes: 12,
  kernel: 16,
  user: 16 + 63 * 8,
  bytes: 16 + (63 + 127) * 8,
} as const;
const Settings = { table: 0, leastNs: 8, bytes: 16 } as const;
const ADDRESS_BYTES = 8;
/** Places of a table that are read at most: as many as bpf/places.h allows. */
const MAX_PLACES = 4_096;
const FIRST_KEY = new Uint8Array(4);

/** Code that a thread was in, innermost first. Of the kernel's addresses the lower 48 bits, which tell them apart. */
export type Addresses = readonly number[];

/** How much was measured of a process at one place. */
export interface MeasuredPlace {
  readonly pid: number;
  /** When the process began, since boot. */
  readonly beganNs: number;
  /** Id of its control group in the unified hierarchy. */
  readonly cgroup: bigint;
  /** The kernel's short name of the thread. */
  readonly thread: string;
  /** Empty where there is none, or it was not taken. */
  readonly userStack: Addresses;
  readonly kernelStack: Addresses;
  readonly value: number;
}

/** What programs added up by places (bpf/places.h), read and emptied. While one of two tables is read the other one is filled. */
export class PlaceTable {
  readonly #native: NativeBpf;
  readonly #tables: readonly [number, number];
  readonly #settings: number;
  readonly #leastNs: number;
  #filled: 0 | 1 = 0;

  /** Waits that are shorter than `leastNs` are not told. */
  constructor(native: NativeBpf, object: ProgramObject, leastNs: number) {
    this.#native = native;
    this.#tables = [object.map("places_0"), object.map("places_1")];
    this.#settings = object.map("settings");
    this.#leastNs = leastNs;
    this.#writeSettings();
  }

  /** What was added since the last reading. */
  take(): MeasuredPlace[] {
    const full = this.#tables[this.#filled];
    this.#filled = this.#filled === 0 ? 1 : 0;
    this.#writeSettings();
    const { bpf } = this.#native;
    return this.#keys(full).flatMap((key) => {
      const measured = new Uint8Array(Measured.bytes);
      const isThere = bpf.bpf_map_lookup_elem(full, key, measured) === 0;
      bpf.bpf_map_delete_elem(full, key);
      return isThere ? [readPlace(key, new DataView(measured.buffer))] : [];
    });
  }

  #keys(table: number): Uint8Array[] {
    const keys: Uint8Array[] = [];
    for (let before: Uint8Array | null = null; keys.length < MAX_PLACES; ) {
      const next: Uint8Array = new Uint8Array(Place.bytes);
      if (this.#native.bpf.bpf_map_get_next_key(table, before, next) < 0) break;
      keys.push(next);
      before = next;
    }
    return keys;
  }

  #writeSettings(): void {
    const settings = new Uint8Array(Settings.bytes);
    const view = new DataView(settings.buffer);
    view.setUint32(Settings.table, this.#filled, true);
    view.setBigUint64(Settings.leastNs, BigInt(this.#leastNs), true);
    this.#native.bpf.bpf_map_update_elem(this.#settings, FIRST_KEY, settings, 0);
  }
}

function readPlace(key: Uint8Array, measured: DataView): MeasuredPlace {
  const place = new DataView(key.buffer);
  return {
    pid: place.getUint32(Place.pid, true),
    beganNs: Number(place.getBigUint64(Place.began, true)),
    cgroup: place.getBigUint64(Place.cgroup, true),
    thread: new TextDecoder().decode(key.subarray(Place.command)).split("\0")[0] ?? "",
    userStack: readAddresses(measured, Measured.user, measured.getUint32(Measured.userBytes, true)),
    kernelStack: readAddresses(measured, Measured.kernel, measured.getUint32(Measured.kernelBytes, true)),
    value: Number(measured.getBigUint64(Measured.sum, true)),
  };
}

function readAddresses(view: DataView, from: number, bytes: number): Addresses {
  const addresses: number[] = [];
  for (let at = from; at < from + bytes; at += ADDRESS_BYTES)
    addresses.push(view.getUint32(at, true) + view.getUint16(at + 4, true) * 2 ** 32);
  return addresses;
}
