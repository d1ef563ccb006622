import { expect, it } from "vitest";
import { field } from "./field.ts";
import { fromJsonRecord, jsonMembers, toJsonRecord } from "./json.ts";

const definition = {
  name: "meeting",
  table: "meetings",
  meaning: "",
  fields: [
    field("at", "time", ""),
    field("room", "string", "", { optional: true }),
    field("guests", "string[]", ""),
    field("share", "float", ""),
    field("isOpen", "bool", ""),
  ],
} as const;

const meeting = { at: 1_700_000_000_123_456_789n, guests: ['"quoted"', "\ud800"], share: 0.1, isOpen: false };

it("gives fields in declared order, times as text, and leaves absent ones out", () => {
  expect(Object.entries(toJsonRecord(definition, { ...meeting, other: 1 }))).toEqual([
    ["at", "2023-11-14T22:13:20.123456789Z"],
    ["guests", ['"quoted"', "\ud800"]],
    ["share", 0.1],
    ["isOpen", false],
  ]);
});

it("writes the same text as JSON.stringify writes of the same record", () => {
  for (const record of [meeting, { ...meeting, room: "", share: -0 }, { ...meeting, share: Number.NaN }, { at: 0n }])
    expect(`{${jsonMembers(definition, record)}}`).toBe(JSON.stringify(toJsonRecord(definition, record)));
});

it("reads its own form", () => {
  expect(fromJsonRecord(definition, toJsonRecord(definition, meeting))).toEqual(meeting);
});
