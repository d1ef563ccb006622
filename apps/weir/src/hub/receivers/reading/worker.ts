import { move, transferableSymbol, valueSymbol } from "piscina";
import { buffersOf } from "./buffers.ts";
import { type DecompressOrder, decompressHere, type ReadOrder, readBodyHere } from "./orders.ts";

/** The thread that reads large bodies, for {@link ReadingPool}: each export is a kind of work. Results are handed over, not copied. */

export function readBody(order: ReadOrder): unknown {
  const read = readBodyHere(order);
  return handedOver(read, buffersOf(read.reading));
}

export function decompressBody(order: DecompressOrder): unknown {
  const decompressed = decompressHere(order);
  const buffer = decompressed?.bytes.buffer;
  return handedOver(decompressed, buffer instanceof ArrayBuffer ? [buffer] : []);
}

function handedOver(value: unknown, buffers: ArrayBuffer[]): unknown {
  return move({ [valueSymbol]: value, [transferableSymbol]: buffers } as never);
}
