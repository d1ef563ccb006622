import type { Connection } from "@weir/model";
import { connectionRows } from "../printer.ts";
import { createPaint } from "../report/paint.ts";
import {
  NO_MARK,
  ROW_INTS,
  type RowBatch,
  type RowForm,
  RowInt,
  SHARED_TRANSPORTS,
  type SharedTransport,
} from "./messages.ts";

const BATCH_BYTES = 1 << 17;
/** Rows of a full batch, roughly; both grow where a row does not fit. */
const BATCH_ROWS = 256;
/** Bytes that a character of a string may need in UTF-8. */
const BYTES_PER_CHARACTER = 3;

/**
 * Connections of a share as rows of text, gathered into batches. Their stream numbers are not known yet: the mark stands where they go, and each row's
 * integers say where that is.
 */
export class RowText {
  readonly #captureId: string;
  readonly #form: RowForm;
  readonly #markText: string;
  readonly #onFull: () => void;
  readonly #print: (connection: Connection) => void;
  #row = "";
  #text = Buffer.from(new ArrayBuffer(0));
  #rows = new Int32Array(0);
  #bytes = 0;
  #count = 0;

  /** `onFull` is called when it is time to take a batch. */
  constructor(captureId: string, form: RowForm, onFull: () => void) {
    this.#captureId = captureId;
    this.#form = form;
    this.#markText = String(form.mark);
    this.#onFull = onFull;
    const write = (text: string) => {
      this.#row = text;
    };
    const rows = connectionRows(form.format, write, createPaint(form.isColoured), {
      isSeveral: false,
      hasReports: false,
    });
    this.#print = (connection) => rows.connection(connection);
  }

  /** Adds a connection's row. The connection is handed over. */
  add(connection: Connection): void {
    const { streamNumber, transport } = connection;
    const idStart = `${this.#captureId}-${transport}-`;
    // A summary of attempts has an id of its own.
    const hasId = connection.connectionId === `${idStart}${streamNumber}`;
    const marked = { streamNumber: this.#form.mark, ...(hasId && { connectionId: idStart + this.#markText }) };
    this.#print(Object.assign(connection, marked));
    this.#gather(streamNumber, SHARED_TRANSPORTS.indexOf(transport as SharedTransport), hasId);
    if (this.#bytes >= BATCH_BYTES) this.#onFull();
  }

  /** The rows since it was last asked; undefined where there are none. */
  take(): RowBatch | undefined {
    if (this.#count === 0) return undefined;
    const batch = {
      text: new Uint8Array(this.#text.buffer, 0, this.#bytes),
      rows: this.#rows.slice(0, this.#count * ROW_INTS),
    };
    this.#text = Buffer.from(new ArrayBuffer(0));
    this.#bytes = 0;
    this.#count = 0;
    return batch;
  }

  #gather(stream: number, transport: number, hasId: boolean): void {
    const row = this.#row;
    this.#makeRoom(row.length * BYTES_PER_CHARACTER);
    const first = row.indexOf(this.#markText);
    const second =
      hasId && this.#form.format !== "table" ? row.indexOf(this.#markText, first + this.#markText.length) : NO_MARK;
    const at = this.#count * ROW_INTS;
    this.#rows[at + RowInt.stream] = stream;
    this.#rows[at + RowInt.transport] = transport;
    this.#rows[at + RowInt.firstMark] = this.#placeOf(row, first);
    this.#rows[at + RowInt.secondMark] = second === NO_MARK ? NO_MARK : this.#placeOf(row, second);
    this.#bytes += this.#text.write(row, this.#bytes);
    this.#rows[at + RowInt.end] = this.#bytes;
    this.#count += 1;
  }

  /** The byte of the batch that a character of the next row will be. */
  #placeOf(row: string, index: number): number {
    return this.#bytes + Buffer.byteLength(row.slice(0, index));
  }

  #makeRoom(bytes: number): void {
    if (this.#bytes + bytes > this.#text.length) {
      const larger = Buffer.from(new ArrayBuffer(Math.max(BATCH_BYTES + bytes, this.#text.length * 2)));
      this.#text.copy(larger, 0, 0, this.#bytes);
      this.#text = larger;
    }
    if ((this.#count + 1) * ROW_INTS > this.#rows.length) {
      const larger = new Int32Array(Math.max(BATCH_ROWS * ROW_INTS, this.#rows.length * 2));
      larger.set(this.#rows);
      this.#rows = larger;
    }
  }
}
