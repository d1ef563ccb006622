import type { PackReader } from "@weir/base";
import type { FlowConnection } from "./connection.ts";
import type { FlowSink } from "./contract.ts";
import type { ConnectionMemory } from "./memory/connection-memory.ts";
import { ConnectionFlag, Int, Real } from "./memory/connection-record.ts";
import type { Streams } from "./streams.ts";

/** What connections rest with. */
export interface RestOptions {
  readonly memory: ConnectionMemory;
  readonly sink: FlowSink;
  /** A connection without packets for so long goes to rest. */
  readonly restNs: number;
  /** Absent where streams are not wanted. */
  readonly streams: Streams | undefined;
  /** Connections as others see them, by record; empty where nobody wants them. */
  readonly handles: (FlowConnection | undefined)[];
  /** A handle for a connection whose own was let go; absent where nobody wants any. */
  readonly newHandle: (() => FlowConnection) | undefined;
}

/** Lets what is kept of quiet connections be small, and makes it what it was when they go on: decision 0018. */
export class Rest {
  readonly #options: RestOptions;
  /** What sinks left of the attachments of connections that rest, by record. */
  readonly #left: (object | undefined)[] = [];
  #lookedAtNs = Number.NEGATIVE_INFINITY;

  constructor(options: RestOptions) {
    this.#options = options;
  }

  /** Time has come to `clockNs`. HOT PATH: asked for every packet. */
  advance(clockNs: number): void {
    if (Math.abs(clockNs - this.#lookedAtNs) <= this.#options.restNs / 2) return;
    this.#lookedAtNs = clockNs;
    this.#look(clockNs);
  }

  /** A connection goes on, with the handle that it had or with another. */
  wake(record: number, reader: PackReader): void {
    const { handles, streams, sink, newHandle } = this.#options;
    const handle = handles[record] ?? newHandle?.().moveTo(record);
    if (handle === undefined) return;
    handles[record] = handle;
    streams?.wake(reader, handle);
    handle.hasStreams = reader.byte() === 1;
    const left = this.#left[record];
    if (left === undefined) return;
    this.#left[record] = undefined;
    sink.woken?.(handle, left);
  }

  /** Whatever has been quiet for long goes to rest. */
  #look(clockNs: number): void {
    const { memory, restNs } = this.#options;
    for (let record = 0; record < memory.used; record += 1) {
      if (!memory.isAwake(record)) continue;
      const base = memory.select(record);
      const isQuiet = clockNs - memory.reals[(base >> 1) + Real.lastAtNs]! >= restNs;
      if (isQuiet && (memory.ints[base + Int.flags]! & ConnectionFlag.lingers) === 0) this.#rest(record);
    }
    memory.trim();
  }

  /** A connection goes to rest, where its streams let it. */
  #rest(record: number): void {
    const { memory, handles, streams, sink } = this.#options;
    const handle = handles[record];
    if (handle !== undefined && streams?.mayRest(handle) === false) return;
    const left = handle && sink.rest?.(handle);
    memory.rest(record, (writer) => {
      if (handle === undefined) return;
      streams?.rest(writer, handle);
      writer.byte(handle.hasStreams ? 1 : 0);
    });
    this.#left[record] = left;
    if (left !== undefined) handles[record] = undefined;
  }
}
