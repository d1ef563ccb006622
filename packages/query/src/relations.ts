import type { RecordWord, RelationName } from "./expression.ts";

/** Tables that filters can be asked of. */
export type FilterTable = "connections" | "calls" | "findings" | "retries";

/** Records that belong to one: what the macros `exists`, `all`, `exists_one` and `filter` look through. */
export interface Relation {
  readonly name: RelationName;
  /** Whose they are. */
  readonly on: "connection" | "call";
  readonly of: RecordWord;
  /** The name under which a printed filter knows one of them. */
  readonly variable: string;
  readonly table: FilterTable;
  /** Column of `on` by which they are found. */
  readonly key: string;
  /** The same in their own table. */
  readonly theirKey: string;
}

export const RELATIONS: Readonly<Record<RelationName, Relation>> = {
  calls: {
    name: "calls",
    on: "connection",
    of: "call",
    variable: "c",
    table: "calls",
    key: "connection_id",
    theirKey: "connection_id",
  },
  retries: {
    name: "retries",
    on: "call",
    of: "retry",
    variable: "r",
    table: "retries",
    key: "call_id",
    theirKey: "arrayJoin(call_ids)",
  },
  findings: {
    name: "findings",
    on: "connection",
    of: "finding",
    variable: "f",
    table: "findings",
    key: "connection_id",
    theirKey: "arrayJoin(JSONExtract(evidence, 'connectionIds', 'Array(String)'))",
  },
};
