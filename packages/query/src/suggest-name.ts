import type { FieldReference, ValueType } from "./expression.ts";
import type { FilterEnvironment } from "./known-fields.ts";
import { nearest } from "./nearest.ts";

/** Names of other tools for the same thing. */
const OTHER_WORDS: Readonly<Record<string, string>> = {
  src: "client",
  source: "client",
  dst: "server",
  destination: "server",
  conn: "connection",
  flow: "connection",
  request: "call",
  response: "call",
};
const OTHER_ENDINGS: Readonly<Record<string, string>> = {
  ip: "address",
  addr: "address",
  name: "service",
  svc: "service",
};

/** The known name that was most likely meant. */
export function suggestName(environment: FilterEnvironment, written: string): string | undefined {
  const names = [...environment.fields.keys()];
  const [first = "", ...rest] = written.split(".");
  const last = rest.at(-1) ?? first;
  const ours = [OTHER_WORDS[first] ?? first, ...rest.slice(0, -1), OTHER_ENDINGS[last] ?? last].join(".");
  if (rest.length > 0 && environment.fields.has(ours)) return ours;
  if (environment.protocols.has(written)) return `call.protocol == ${JSON.stringify(written)}`;
  const sameEnding = names.filter((name) => name.split(".").at(-1)?.toLowerCase() === last.toLowerCase());
  return nearest(ours, sameEnding, Number.POSITIVE_INFINITY) ?? nearest(ours, names);
}

/** A field of the same last name whose value is of the wanted type: `http.statusCode` where `call.statusCode` is text. */
export function sameNameOfType(
  environment: FilterEnvironment,
  reference: FieldReference,
  wanted: readonly ValueType[],
): string | undefined {
  const ending = `.${reference.name.split(".").at(-1)}`;
  for (const { shown } of environment.fields.values()) {
    if (shown.name.endsWith(ending) && wanted.includes(shown.type)) return shown.name;
  }
  return undefined;
}
