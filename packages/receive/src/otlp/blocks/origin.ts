import { encodeUtf8 } from "@weir/base";
import { ByteWriter, mapColumn, type PairBytes } from "@weir/native";
import type { BrokenItems } from "../../message/broken-items.ts";
import type { WireCursor } from "../../message/cursor.ts";
import { Places } from "../../message/places.ts";
import { writeAttributes } from "./values.ts";

/** What reported a batch, in the form of cells: they are written again for each of its items. */
export interface ResourceCells {
  readonly attributes: PairBytes;
  readonly service: Uint8Array;
}
/** The part of a program that reported it. */
export interface ScopeCells {
  readonly name: Uint8Array;
  readonly version: Uint8Array;
  readonly attributes: PairBytes;
}

const NO_TEXT = Uint8Array.of(0);
const NO_PAIRS: PairBytes = { count: 0, names: new Uint8Array(0), values: new Uint8Array(0) };
export const NO_RESOURCE: ResourceCells = { attributes: NO_PAIRS, service: NO_TEXT };
export const NO_SCOPE: ScopeCells = { name: NO_TEXT, version: NO_TEXT, attributes: NO_PAIRS };

/** Wire: fields of Resource and of InstrumentationScope. */
const RESOURCE_ATTRIBUTE = 0x0a;
const SCOPE_NAME = 0x0a;
const SCOPE_VERSION = 0x12;
const SCOPE_ATTRIBUTE = 0x1a;

const SERVICE_NAME = encodeUtf8("service.name");
/** Of how many messages the attributes of a resource are inside; those of a scope of one more. */
const DEPTH = 3;

/** Reads the origins of batches, one after the other. */
export class OriginReader {
  readonly #cursor: WireCursor;
  readonly #broken: BrokenItems;
  readonly #attributes = new Places();
  readonly #pairs = mapColumn();
  readonly #text = new ByteWriter();

  constructor(cursor: WireCursor, broken: BrokenItems) {
    this.#cursor = cursor;
    this.#broken = broken;
  }

  resource(from: number, to: number): ResourceCells {
    const cursor = this.#cursor;
    this.#broken.budget.spend();
    this.#attributes.clear();
    for (cursor.enter(from, to); cursor.at < to; ) {
      const tag = cursor.tag();
      if (tag === RESOURCE_ATTRIBUTE) this.#attributes.add(cursor.counted(), cursor.at);
      else cursor.skip(tag);
    }
    const attributes = this.#written(DEPTH);
    return { attributes, service: cellOf(attributes, SERVICE_NAME) };
  }

  scope(from: number, to: number): ScopeCells {
    const cursor = this.#cursor;
    this.#broken.budget.spend();
    this.#attributes.clear();
    let [name, version] = [NO_TEXT, NO_TEXT];
    for (cursor.enter(from, to); cursor.at < to; ) {
      const tag = cursor.tag();
      if (tag === SCOPE_NAME) name = this.text(cursor.counted(), cursor.at);
      else if (tag === SCOPE_VERSION) version = this.text(cursor.counted(), cursor.at);
      else if (tag === SCOPE_ATTRIBUTE) this.#attributes.add(cursor.counted(), cursor.at);
      else cursor.skip(tag);
    }
    return { name, version, attributes: this.#written(DEPTH + 1) };
  }

  /** A text as a cell; nothing from nowhere to nowhere. */
  text(from: number, to: number): Uint8Array<ArrayBuffer> {
    this.#text.cutTo(0);
    this.#text.utf8(this.#cursor.bytes, from, to);
    return this.#text.bytes();
  }

  #written(depth: number): PairBytes {
    this.#pairs.clear();
    writeAttributes(this.#cursor, this.#attributes, this.#pairs, this.#broken, depth);
    return this.#pairs.takeAll();
  }
}

/** The value of a name, as a cell. */
function cellOf({ count, names, values }: PairBytes, wanted: Uint8Array): Uint8Array {
  let [nameAt, valueAt] = [0, 0];
  for (let index = 0; index < count; index += 1) {
    const [nameFrom, nameTo] = cellAt(names, nameAt);
    const [, valueTo] = cellAt(values, valueAt);
    if (nameTo - nameFrom === wanted.length && wanted.every((byte, place) => names[nameFrom + place] === byte))
      return values.subarray(valueAt, valueTo);
    nameAt = nameTo;
    valueAt = valueTo;
  }
  return NO_TEXT;
}

/** Where the text of a cell begins and ends; its length stands before it. */
function cellAt(cells: Uint8Array, at: number): readonly [number, number] {
  let [length, from] = [0, at];
  for (let scale = 1; ; scale *= 128) {
    const byte = cells[from] ?? 0;
    from += 1;
    length += (byte & 0x7f) * scale;
    if (byte < 0x80) return [from, from + length];
  }
}
