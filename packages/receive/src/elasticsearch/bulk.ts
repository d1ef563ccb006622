import { decodeUtf8 } from "@weir/base";
import { parseJson } from "../message/json.ts";
import { BrokenMessage } from "../message/reader.ts";

const ACTIONS = ["index", "create", "update", "delete"] as const;
export type BulkAction = (typeof ACTIONS)[number];

/** One action of a request, in its order. */
export interface BulkEntry {
  readonly action: BulkAction;
  /** Empty where neither the action nor the path names one. */
  readonly index: string;
  readonly id: string | undefined;
  /** What is to be stored; undefined for deletes. */
  readonly source: string | undefined;
  /** Why the action's line cannot be read. */
  readonly broken?: string;
}

const EXAMPLE_CHARS = 60;

/** Actions of one request: more would cost the hub more memory than their bytes do. */
const MAX_ACTIONS = 100_000;

/**
 * Cuts a request into actions with their documents: lines of JSON, two for each action but deletes. A line that is no action takes the document behind it along. Throws
 * {@link BrokenMessage} where there are too many.
 */
export function bulkEntries(body: Uint8Array, defaultIndex: string): readonly BulkEntry[] {
  const entries: BulkEntry[] = [];
  const lines = new Lines(decodeUtf8(body));
  for (let line = lines.next(); line !== undefined; line = lines.next()) {
    if (entries.length === MAX_ACTIONS) throw new BrokenMessage(`it has more than ${MAX_ACTIONS} actions; send fewer`);
    const action = actionOf(line);
    if (action === undefined) {
      const source = actionOf(lines.peek() ?? "") === undefined ? lines.next() : undefined;
      const broken = `"${line.slice(0, EXAMPLE_CHARS)}" is no action`;
      entries.push({ action: "index", index: defaultIndex, id: undefined, source, broken });
    } else {
      const source = action.name === "delete" ? undefined : lines.next();
      entries.push({ action: action.name, index: action.index ?? defaultIndex, id: action.id, source });
    }
  }
  return entries;
}

/** Lines that are not empty, one by one. */
class Lines {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  peek(): string | undefined {
    const at = this.#at;
    const line = this.next();
    this.#at = at;
    return line;
  }

  next(): string | undefined {
    while (this.#at < this.#text.length) {
      const feed = this.#text.indexOf("\n", this.#at);
      const end = feed === -1 ? this.#text.length : feed;
      const line = this.#text.slice(this.#at, end).trim();
      this.#at = end + 1;
      if (line !== "") return line;
    }
    return undefined;
  }
}

/** An object with the name of an action alone; undefined where a line is anything else. */
function actionOf(line: string): { name: BulkAction; index: string | undefined; id: string | undefined } | undefined {
  const [entry, ...more] = Object.entries(objectOf(line) ?? {});
  const name = ACTIONS.find((action) => action === entry?.[0]);
  const meta: unknown = entry?.[1];
  if (name === undefined || more.length > 0 || typeof meta !== "object" || meta === null) return undefined;
  const { _index, _id } = meta as Readonly<Record<string, unknown>>;
  return { name, index: textOf(_index), id: textOf(_id) };
}

/** A line's object; undefined where it is none. */
export function objectOf(line: string): object | undefined {
  try {
    const value = parseJson(line);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined;
  } catch (error) {
    if (error instanceof BrokenMessage) return undefined;
    throw error;
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
