import type { FieldReference } from "../expression.ts";
import type { FilterEnvironment, FilterField } from "../known-fields.ts";
import { type Place, placeOf } from "./place.ts";

/** One thing that can be written where the cursor is. */
export interface CompletionItem {
  /** What takes the place of the word at the cursor. */
  readonly text: string;
  readonly kind: "field" | "fields" | "function" | "operator" | "value";
  readonly detail?: string;
}

/** What can be written where the cursor is. */
export interface Completion {
  /** The part of the text that an item replaces. */
  readonly from: number;
  readonly to: number;
  readonly items: readonly CompletionItem[];
  /** Where values are expected that the model does not know: whose, and what is written of one so far. */
  readonly values?: { readonly field: FieldReference; readonly written: string };
}

/** Items of one answer at most: more than a person reads. */
export const COMPLETION_ITEMS = 12;

/** Completes a filter at the cursor from what the model knows. Works on any text. */
export function completeFilter(text: string, cursor: number, environment: FilterEnvironment): Completion {
  const place = placeOf(text, cursor, environment);
  const at = { from: place.from, to: cursor };
  switch (place.expected) {
    case "condition":
      return { ...at, items: namesAt(place) };
    case "operator":
      return { ...at, items: operatorsAt(place) };
    case "value":
      return { ...at, ...valuesAt(place) };
    case "join":
      return { ...at, items: matching(JOINS, place.word) };
    case "nothing":
      return { ...at, items: [] };
    default:
      return place.expected satisfies never;
  }
}

const operator = (text: string, detail: string): CompletionItem => ({ text: `${text} `, kind: "operator", detail });
const JOINS = [operator("&&", "and"), operator("||", "or")];
const EQUAL = [
  operator("==", "is"),
  operator("!=", "is not, where there is one"),
  { ...operator("in", "is one of"), text: "in [" },
];
const ORDERED = [
  operator("<", "less than"),
  operator("<=", "at most"),
  operator(">", "more than"),
  operator(">=", "at least"),
];
const TEXT_TESTS = [
  ["contains", "has in it"],
  ["startsWith", "begins with"],
  ["endsWith", "ends with"],
  ["matches", "has a match of this RE2 pattern"],
] as const;

function namesAt({ word, environment }: Place): readonly CompletionItem[] {
  const { fields } = environment;
  const dot = word.lastIndexOf(".");
  const receiver = dot < 0 ? undefined : fieldCalled(word.slice(0, dot), environment);
  if (receiver !== undefined) return testsOf(receiver.shown, word);
  const wanted = word.toLowerCase();
  const all: CompletionItem[] = [
    ...[...fields.values()].map(({ shown }) => fieldItem(shown, environment)),
    ...[...environment.maps.keys()].map((name) => mapItem(name, environment)),
  ];
  const heads = [...new Set(all.map(({ text }) => `${text.split(".")[0]}.`))];
  const groups: CompletionItem[] = dot >= 0 ? [] : heads.map((text) => ({ text, kind: "fields", detail: `${text}…` }));
  const ranked = [...groups, ...macros(environment), ...(wanted === "" ? [] : all)]
    .map((item) => ({ item, rank: rankOf(item.text.toLowerCase(), wanted) }))
    .filter(({ rank, item }) => rank !== undefined && item.text !== word);
  ranked.sort((a, b) => (a.rank ?? 0) - (b.rank ?? 0));
  return ranked.slice(0, COMPLETION_ITEMS).map(({ item }) => item);
}

/** 0 where it begins with what is wanted, 1 where its last part does, 2 where it has it anywhere; undefined where it does not. */
function rankOf(name: string, wanted: string): number | undefined {
  if (name.startsWith(wanted)) return 0;
  if (name.split(".").some((part) => part.startsWith(wanted))) return 1;
  return name.includes(wanted) ? 2 : undefined;
}

function fieldItem({ name, meaning }: FilterField, environment: FilterEnvironment): CompletionItem {
  return { text: written(name, environment), kind: "field", detail: meaning };
}

function mapItem(name: string, environment: FilterEnvironment): CompletionItem {
  return { text: `${written(name, environment)}["`, kind: "field", detail: "One of them by its name" };
}

function written(own: string, { variable }: FilterEnvironment): string {
  return variable === undefined ? own : variable.written + own.slice(variable.own.length);
}

function fieldCalled(name: string, environment: FilterEnvironment) {
  const { variable, fields } = environment;
  if (variable === undefined) return fields.get(name);
  return name.startsWith(`${variable.written}.`)
    ? fields.get(variable.own + name.slice(variable.written.length))
    : undefined;
}

function testsOf({ type }: FilterField, word: string): readonly CompletionItem[] {
  if (type !== "string") return [];
  const receiver = word.slice(0, word.lastIndexOf("."));
  const items = TEXT_TESTS.map(
    ([test, detail]) => ({ text: `${receiver}.${test}("`, kind: "function", detail }) as const,
  );
  return matching(items, word);
}

function macros({ related }: FilterEnvironment): readonly CompletionItem[] {
  return [...related.values()].flatMap(({ relation: { name, variable, on } }) => [
    { text: `${name}.exists(${variable}, `, kind: "function" as const, detail: `the ${on} has one of which …` },
    { text: `${name}.all(${variable}, `, kind: "function" as const, detail: `of all of the ${on}'s …` },
  ]);
}

function operatorsAt({ left, environment, word }: Place): readonly CompletionItem[] {
  const type = left === undefined ? "int" : fieldCalled(left, environment)?.shown.type;
  switch (type) {
    case "string":
      return matching(EQUAL, word);
    case "bool":
      return matching(JOINS, word);
    case "string[]":
    case "int[]":
      return [];
    default:
      return matching([...ORDERED, ...EQUAL], word);
  }
}

function valuesAt({ left, environment, word }: Place): Pick<Completion, "items" | "values"> {
  const known = left === undefined ? undefined : fieldCalled(left, environment);
  if (known === undefined) return { items: [] };
  const { shown, reference } = known;
  if (shown.values !== undefined)
    return {
      items: matching(
        shown.values.map((value) => ({ text: JSON.stringify(value), kind: "value" })),
        word,
      ),
    };
  if (reference.isDuration)
    return {
      items: matching(
        DURATIONS.map((text) => ({ text: `duration("${text}")`, kind: "value" })),
        word,
      ),
    };
  if (shown.type === "bool")
    return {
      items: matching(
        [
          { text: "true", kind: "value" },
          { text: "false", kind: "value" },
        ],
        word,
      ),
    };
  if (shown.type === "time" || shown.type === "string[]" || shown.type === "int[]") return { items: [] };
  return { items: [], values: { field: reference, written: word.replace(/^["']|["']$/g, "") } };
}

const DURATIONS = ["1ms", "10ms", "100ms", "1s", "10s", "1m"];

function matching(items: readonly CompletionItem[], word: string): readonly CompletionItem[] {
  const wanted = word.toLowerCase();
  const found = items.filter(({ text }) => text.toLowerCase().includes(wanted) && text.trim() !== word);
  return found.slice(0, COMPLETION_ITEMS);
}
