import { encodeUtf8 } from "@weir/base";
import type { WireCursor } from "../message/cursor.ts";
import { Places } from "../message/places.ts";

/** Wire: fields of TimeSeries, Label and Sample (prometheus/prompb/types.proto). */
const SERIES = { label: 0x0a, sample: 0x12, histogram: 0x22 } as const;
const LABEL = { name: 0x0a, value: 0x12 } as const;
const SAMPLE = { value: 0x09, timestamp: 0x10 } as const;
/** More labels than this are looked up by name, rather than each compared with all before it. */
const MAX_COMPARED = 64;

const NAME = encodeUtf8("__name__");
const JOB = encodeUtf8("job");
const INSTANCE = encodeUtf8("instance");

/** Samples of a series, by their parts. */
interface Samples {
  readonly values: { low: number; high: number }[];
  readonly unixMs: number[];
}

/** Where the labels of one series stand in the body, and what its samples are. Filled again for each. */
export class SeriesPlaces {
  readonly samples: Samples = { values: [], unixMs: [] };
  /** Labels that are attributes. */
  readonly names = new Places();
  readonly values = new Places();
  readonly name = { from: 0, to: 0 };
  readonly job = { from: 0, to: 0 };
  readonly instance = { from: 0, to: 0 };
  readonly #cursor: WireCursor;
  readonly #labels = new Places();
  readonly #samples = new Places();
  readonly #label = { from: 0, to: 0 };
  readonly #value = { from: 0, to: 0 };

  constructor(cursor: WireCursor) {
    this.#cursor = cursor;
  }

  /** How many messages were read. */
  get messages(): number {
    return this.#labels.count + this.#samples.count;
  }

  /** Looks over a series. False where it has more to it than labels of different names and samples; throws `BrokenMessage` where it is broken. */
  look(from: number, to: number): boolean {
    const cursor = this.#cursor;
    this.#labels.clear();
    this.#samples.clear();
    for (cursor.enter(from, to); cursor.at < to; ) {
      const tag = cursor.tag();
      if (tag === SERIES.label) this.#labels.add(cursor.counted(), cursor.at);
      else if (tag === SERIES.sample) this.#samples.add(cursor.counted(), cursor.at);
      else if (tag === SERIES.histogram) return false;
      else cursor.skip(tag);
    }
    this.#readSamples();
    return this.#readLabels() && this.name.to > this.name.from;
  }

  #readSamples(): void {
    const cursor = this.#cursor;
    const { values, unixMs } = this.samples;
    unixMs.length = 0;
    for (let index = 0; index < this.#samples.count; index += 1) {
      const to = this.#samples.to(index);
      values[index] ??= { low: 0, high: 0 };
      const value = values[index] as { low: number; high: number };
      value.low = value.high = 0;
      let atMs = 0;
      for (cursor.enter(this.#samples.from(index), to); cursor.at < to; ) {
        const tag = cursor.tag();
        if (tag === SAMPLE.value) cursor.fixed64(value);
        else if (tag === SAMPLE.timestamp) atMs = cursor.int64();
        else cursor.skip(tag);
      }
      unixMs.push(atMs);
    }
  }

  #readLabels(): boolean {
    this.names.clear();
    this.values.clear();
    for (const place of [this.name, this.job, this.instance]) place.from = place.to = -1;
    if (this.#labels.count > MAX_COMPARED) return false;
    for (let index = 0; index < this.#labels.count; index += 1)
      if (!this.#readLabel(this.#labels.from(index), this.#labels.to(index))) return false;
    return true;
  }

  /** False where one of its name was there, or the name is not ASCII. */
  #readLabel(from: number, to: number): boolean {
    const cursor = this.#cursor;
    const [name, value] = [this.#label, this.#value];
    name.from = name.to = value.from = value.to = 0;
    for (cursor.enter(from, to); cursor.at < to; ) {
      const tag = cursor.tag();
      if (tag === LABEL.name) cursor.countedInto(name);
      else if (tag === LABEL.value) cursor.countedInto(value);
      else cursor.skip(tag);
    }
    const special = this.#special(name.from, name.to);
    if (special !== undefined) {
      if (special.from >= 0) return false;
      special.from = value.from;
      special.to = value.to;
      return true;
    }
    if (!isAscii(cursor.bytes, name.from, name.to) || this.#isKnown(name.from, name.to)) return false;
    this.names.add(name.from, name.to);
    this.values.add(value.from, value.to);
    return true;
  }

  /** Labels that are columns of their own. */
  #special(from: number, to: number): { from: number; to: number } | undefined {
    const { bytes } = this.#cursor;
    if (isText(bytes, from, to, NAME)) return this.name;
    if (isText(bytes, from, to, JOB)) return this.job;
    return isText(bytes, from, to, INSTANCE) ? this.instance : undefined;
  }

  #isKnown(from: number, to: number): boolean {
    const { bytes } = this.#cursor;
    for (let index = 0; index < this.names.count; index += 1) {
      const other = this.names.from(index);
      if (this.names.to(index) - other !== to - from) continue;
      let at = 0;
      while (at < to - from && bytes[from + at] === bytes[other + at]) at += 1;
      if (at === to - from) return true;
    }
    return false;
  }
}

function isText(bytes: Uint8Array, from: number, to: number, text: Uint8Array): boolean {
  if (to - from !== text.length) return false;
  for (let at = 0; at < text.length; at += 1) if (bytes[from + at] !== text[at]) return false;
  return true;
}

function isAscii(bytes: Uint8Array, from: number, to: number): boolean {
  for (let at = from; at < to; at += 1) if ((bytes[at] as number) >= 0x80) return false;
  return true;
}
