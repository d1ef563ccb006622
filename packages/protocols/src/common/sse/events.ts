/** What the kept beginning of an event stream says. */
export interface Events {
  readonly count: number;
  readonly types: readonly string[];
  readonly lastId: string | undefined;
  readonly retryMs: number | undefined;
  /** `data` of each event. */
  readonly data: readonly string[];
}

/** Types that are listed. */
const MAX_TYPES = 10;
const LINE_END = /\r\n|\n|\r/;

/** Reads the beginning of an event stream (HTML Living Standard §9.2.6). Events that are not closed by an empty line do not count. */
export function parseEvents(text: string): Events {
  const types = new Set<string>();
  const data: string[] = [];
  let lastId: string | undefined;
  let retryMs: number | undefined;
  let lines: string[] = [];
  let type = "";
  // What follows the last line end is no whole line.
  for (const line of text.split(LINE_END).slice(0, -1)) {
    if (line === "") {
      if (lines.length > 0) {
        data.push(lines.join("\n"));
        if (types.size < MAX_TYPES) types.add(type === "" ? "message" : type);
      }
      lines = [];
      type = "";
      continue;
    }
    const [name, value] = fieldOf(line);
    if (name === "data") lines.push(value);
    else if (name === "event") type = value;
    else if (name === "id") lastId = value;
    else if (name === "retry" && /^\d{1,9}$/.test(value)) retryMs = Number(value);
  }
  return { count: data.length, types: [...types], lastId, retryMs, data };
}

/** A line's field; comments have no name. */
function fieldOf(line: string): readonly [name: string, value: string] {
  const colon = line.indexOf(":");
  if (colon < 0) return [line, ""];
  return [line.slice(0, colon), line.slice(line[colon + 1] === " " ? colon + 2 : colon + 1)];
}
