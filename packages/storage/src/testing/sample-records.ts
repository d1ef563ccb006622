import { type Call, type Connection, callRecord, connectionRecord, type Field } from "@weir/model";

/** A value of a field's type that says nothing. */
function blank({ type, values }: Field): unknown {
  switch (type) {
    case "string":
      return values?.[0] ?? "";
    case "bool":
      return false;
    case "int":
    case "float":
      return 0;
    case "time":
      return 0n;
    case "map":
      return {};
    case "json":
      return null;
    default:
      return [];
  }
}

function blankRecord(fields: readonly Field[]): Record<string, unknown> {
  return Object.fromEntries(fields.filter(({ optional }) => !optional).map((field) => [field.name, blank(field)]));
}

/** A connection about which nothing is known but this. */
export function sampleConnection(known: Partial<Connection>): Connection {
  return { ...blankRecord(connectionRecord.fields), ...known } as Connection;
}

/** A call about which nothing is known but this. */
export function sampleCall(known: Partial<Call>): Call {
  return { ...blankRecord(callRecord.fields), ...known } as Call;
}

/** The same numbers from 0 to 1 each time, without a pattern (Mulberry32). */
export function steadyRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
