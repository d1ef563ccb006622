import { ByteQueue, type Mark } from "@weir/base";
import type { Header } from "../../../common/http/headers.ts";
import { readPrefixInteger } from "../../../common/http/prefix-integer.ts";
import type { DynamicTable } from "./dynamic-table.ts";
import { STATIC_TABLE } from "./static-table.ts";
import { MAX_TEXT_BYTES, readText, UNKNOWN } from "./text.ts";

/** An instruction has a name and a value at most. */
const MAX_INSTRUCTION_BYTES = 2 * MAX_TEXT_BYTES + 16;

/** Reads one side's encoder stream (RFC 9204 §4.3) into its table. */
export class EncoderStream {
  readonly #table: DynamicTable;
  readonly #queue = new ByteQueue();

  constructor(table: DynamicTable) {
    this.#table = table;
  }

  data(bytes: Uint8Array, mark: Mark): void {
    if (this.#table.isLost) return;
    this.#queue.append(bytes, mark);
    const queued = this.#queue.peek();
    let at = 0;
    while (at < queued.length) {
      const end = this.#instruction(queued, at);
      if (end === "needMore") break;
      if (end === undefined) {
        this.lose();
        return;
      }
      at = end;
    }
    this.#queue.consume(at);
    if (this.#queue.length > MAX_INSTRUCTION_BYTES) this.lose();
  }

  /** Bytes are missing, or are no instructions: nothing in the table can be relied on any more. */
  lose(): void {
    this.#table.isLost = true;
    this.#queue.reset();
  }

  /** One instruction. Returns where the next one begins. */
  #instruction(bytes: Uint8Array, at: number): number | "needMore" | undefined {
    const first = bytes[at] ?? 0;
    if (first >= 0x80) return this.#insertWithName(bytes, at, (first & 0x40) !== 0);
    if (first >= 0x40) return this.#insertLiteral(bytes, at);
    const number = readPrefixInteger(bytes, at, 5);
    if (number === undefined) return bytes.length - at > 8 ? undefined : "needMore";
    if (first >= 0x20) this.#table.resize(number.value);
    else this.#table.insert(this.#relative(number.value));
    return number.end;
  }

  #insertWithName(bytes: Uint8Array, at: number, isStatic: boolean): number | "needMore" | undefined {
    const index = readPrefixInteger(bytes, at, 6);
    if (index === undefined) return bytes.length - at > 8 ? undefined : "needMore";
    const value = readText(bytes, index.end, 7);
    if (value === undefined || value === "needMore") return value;
    const [name] = isStatic ? (STATIC_TABLE[index.value] ?? [UNKNOWN]) : this.#relative(index.value);
    this.#table.insert([name, value.text]);
    return value.end;
  }

  #insertLiteral(bytes: Uint8Array, at: number): number | "needMore" | undefined {
    const name = readText(bytes, at, 5);
    if (name === undefined || name === "needMore") return name;
    const value = readText(bytes, name.end, 7);
    if (value === undefined || value === "needMore") return value;
    this.#table.insert([name.text, value.text]);
    return value.end;
  }

  /** RFC 9204 §3.2.5: relative to the newest entry. */
  #relative(index: number): Header {
    return this.#table.at(this.#table.insertCount - 1 - index) ?? [UNKNOWN, ""];
  }
}
