import type { UnixNs } from "@weir/base";
import { BrokenItems, MessageBudget } from "../message/broken-items.ts";
import { fromProtobuf } from "../message/protobuf.ts";
import { reading } from "../message/read-request.ts";
import { BrokenMessage } from "../message/reader.ts";
import { ProfileTables } from "../profiles/samples.ts";
import { type Frame, unnamedFrame } from "../profiles/stack-table.ts";
import type { Reading, Rejections } from "../received.ts";
import { isSpanId, isTraceId } from "../spans/identified.ts";
import { type PprofProfile, type PprofSample, pprofProfile } from "./messages.ts";
import { Unpacker } from "./unpacked.ts";

type Texts = Readonly<Record<string, string>>;

/** What is said of a profile beside it. */
export interface PprofOrigin {
  readonly service: string;
  /** Where the profile does not say when it began. */
  readonly startedAt: UnixNs;
  readonly attributes: Texts;
}

/** Reads a profile of pprof, with gzip around it or without, as samples and stacks. Input never throws. */
export function readPprof(bytes: Uint8Array, origin: PprofOrigin): Reading {
  return reading((_, rejections) => {
    const tables = new ProfileTables(rejections);
    const parts = { tables, unpacker: new Unpacker(), budget: new MessageBudget(), rejections };
    // The only profile of a request: where it is none, nor is the request.
    addProfile(parts.unpacker.unpack(bytes), origin, parts);
    return tables.list();
  });
}

/** What the profiles of one request share. */
export interface PprofParts {
  readonly tables: ProfileTables;
  readonly unpacker: Unpacker;
  readonly budget: MessageBudget;
  readonly rejections: Rejections;
}

/** Adds one profile of several; one that cannot be read is counted. */
export function addPprof(bytes: Uint8Array, origin: PprofOrigin, parts: PprofParts): void {
  try {
    addProfile(parts.unpacker.unpack(bytes), origin, parts);
  } catch (error) {
    if (!(error instanceof BrokenMessage)) throw error;
    parts.rejections.add("unreadable", `profile of ${origin.service}: ${error.message}`);
  }
}

function addProfile(bytes: Uint8Array, said: PprofOrigin, { tables, budget, rejections }: PprofParts): void {
  const { service, startedAt, attributes } = said;
  const broken = new BrokenItems(budget);
  const profile = fromProtobuf(pprofProfile, bytes, broken);
  if (broken.count > 0) rejections.add("unreadable", broken.example, broken.count);
  if (profile.sampleType.length === 0) throw new BrokenMessage("a profile without sample types");
  const { timeNanos, durationNanos } = profile;
  const names = new Names(profile);
  const types = profile.sampleType.map(({ type, unit }) => ({ type: names.text(type), unit: names.text(unit) }));
  const began = timeNanos > 0n ? timeNanos : startedAt;
  const origin = { service, startedAt: began, durationNs: durationNanos, attributes };
  for (const sample of profile.sample) {
    const labels = names.labelsOf(sample);
    const { "trace id": spacedTrace, "span id": spacedSpan, trace_id, span_id, ...others } = labels;
    const traceId = trace_id ?? spacedTrace ?? "";
    const spanId = span_id ?? spacedSpan ?? "";
    const draft = {
      stackKey: sample.locationId.join(),
      frames: () => names.framesOf(sample),
      traceId: isTraceId(traceId) ? traceId : undefined,
      spanId: isSpanId(spanId) ? spanId : undefined,
      attributes: others,
    };
    for (const [at, kind] of types.entries()) tables.add(origin, { ...kind, ...draft, value: sample.value[at] ?? 0n });
  }
}

/** What the numbers of a profile stand for. */
class Names {
  readonly #strings: readonly string[];
  readonly #locations: ReadonlyMap<bigint, PprofProfile["location"][number]>;
  readonly #functions: ReadonlyMap<bigint, PprofProfile["function"][number]>;
  readonly #binaries: ReadonlyMap<bigint, bigint>;

  constructor(profile: PprofProfile) {
    this.#strings = profile.stringTable;
    this.#locations = new Map(profile.location.map((location) => [location.id, location]));
    this.#functions = new Map(profile.function.map((each) => [each.id, each]));
    this.#binaries = new Map(profile.mapping.map(({ id, filename }) => [id, filename]));
  }

  text(at: bigint): string {
    return this.#strings[Number(at)] ?? "";
  }

  labelsOf({ label }: PprofSample): Texts {
    const texts = label.map(({ key, str, num, numUnit }) => [
      this.text(key),
      str === 0n ? `${num}${numUnit === 0n ? "" : ` ${this.text(numUnit)}`}` : this.text(str),
    ]);
    return Object.fromEntries(texts);
  }

  /** Innermost first, as in pprof; a location has several lines where functions were inlined. */
  *framesOf({ locationId }: PprofSample): Iterable<Frame> {
    for (const id of locationId) {
      const location = this.#locations.get(id);
      if (location === undefined) throw new BrokenMessage(`there is no location ${id}`);
      const binary = this.text(this.#binaries.get(location.mappingId) ?? 0n);
      if (location.line.length === 0) yield { name: unnamedFrame(location.address, binary), file: binary, line: 0 };
      for (const { functionId, line } of location.line) yield this.#frameOf(functionId, Number(line));
    }
  }

  #frameOf(functionId: bigint, line: number): Frame {
    const found = this.#functions.get(functionId);
    if (found === undefined) throw new BrokenMessage(`there is no function ${functionId}`);
    const name = this.text(found.name) || this.text(found.systemName);
    return { name: name === "" ? "unnamed" : name, file: this.text(found.filename), line };
  }
}
