import type { Answer, FilterField, Ladder } from "@weir/http-contract";
import { ROUTES } from "@weir/http-contract";
import { RECORD_WORDS, type RecordWord } from "@weir/model";
import { MEASURE_FORMS, QUERY_RECORDS } from "@weir/query";
import { z } from "zod";
import { askHub, postToHub } from "../hub-client.ts";
import { ladderLines } from "../read/explain/ladder-text.ts";

/** A tool of the MCP server: what it takes, and the text that the hub's answer becomes. */
export interface HubTool {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly input: z.ZodRawShape;
  readonly run: (hub: URL, input: Readonly<Record<string, unknown>>) => Promise<string>;
}

const recordWord = z.enum(RECORD_WORDS);
const id = (what: string) => z.string().describe(`Identity of the ${what}, as lists and evidence name it`);
const json = (value: unknown) => JSON.stringify(value);
const part = (value: unknown) => encodeURIComponent(String(value));

/** The input as query parameters of a route. */
function parameters(input: Readonly<Record<string, unknown>>): URLSearchParams {
  const given = Object.entries(input).filter(([, value]) => value !== undefined);
  return new URLSearchParams(given.map(([key, value]): [string, string] => [key, String(value)]));
}

async function listRecords(hub: URL): Promise<string> {
  const captures = (await askHub(hub, "/api/captures")) as { items: readonly Record<string, unknown>[] };
  const records = [];
  for (const [record, { definition }] of Object.entries(QUERY_RECORDS)) {
    const { records: count, range, grade } = (await postToHub(hub, "/api/query", { record })) as Answer;
    records.push({ record, meaning: definition.meaning, count, range, grade });
  }
  const seen = captures.items.map(({ captureId, name, startedAt, endedAt, vantage, packets, grade, gradeReasons }) => {
    return { captureId, name, startedAt, endedAt, vantage, packets, grade, gradeReasons };
  });
  return json({ records, captures: seen, measures: MEASURE_FORMS });
}

async function listFields(hub: URL, { record, search }: Readonly<Record<string, unknown>>): Promise<string> {
  const { items } = (await askHub(hub, `/api/filter/fields?record=${part(record as RecordWord)}`)) as {
    items: readonly FilterField[];
  };
  const words = String(search ?? "")
    .toLowerCase()
    .split(/\s+/);
  return json(
    items.filter(({ name, meaning }) => words.every((word) => `${name} ${meaning}`.toLowerCase().includes(word))),
  );
}

async function getConnection(hub: URL, { connectionId }: Readonly<Record<string, unknown>>): Promise<string> {
  const path = `/api/connections/${part(connectionId)}`;
  const connection = await askHub(hub, path);
  const verdicts = (await askHub(hub, `${path}/verdicts`)) as { items: unknown };
  return json({ connection, verdicts: verdicts.items });
}

async function getPackets(hub: URL, { connectionId, limit }: Readonly<Record<string, unknown>>): Promise<string> {
  const path = `/api/connections/${part(connectionId)}`;
  const { transport } = (await askHub(hub, path)) as { transport: string };
  const ladder = (await askHub(hub, `${path}/packets?limit=${part(limit)}`)) as Ladder;
  const cut = ladder.truncated ? [`(the first ${ladder.packets.length} packets; there are more)`] : [];
  return ["→ from the client, ← from the server", ...ladderLines(ladder, transport === "tcp"), ...cut].join("\n");
}

/** What assistants can do with a hub. */
export const HUB_TOOLS: readonly HubTool[] = [
  {
    name: "list_records",
    title: "What there is",
    description:
      "Which records the hub has, how many, from when to when, how well graded; its captures; the measures that query knows.",
    input: {},
    run: listRecords,
  },
  {
    name: "list_fields",
    title: "Names for filters",
    description:
      "Fields of a record that filters, groups and measures can name, with type, unit, meaning and closed values.",
    input: {
      record: recordWord,
      search: z.string().optional().describe("Only fields whose name or meaning has all of these words in it"),
    },
    run: listFields,
  },
  {
    name: "query",
    title: "Ask a question",
    description:
      'Counts, sums, percentiles, rates and shares of records, grouped, over time, compared with an earlier period; or rows with chosen fields. Filters are CEL: call.status != "ok" && server.service == "payments"; calls.exists(c, c.status == "timeout") on connections; spans.exists(s, s.status == "Error") on calls, calls and logs on spans.',
    input: ROUTES.query.requestJson.shape,
    run: async (hub, input) => json(await postToHub(hub, "/api/query", input)),
  },
  {
    name: "list_findings",
    title: "What is wrong",
    description:
      "Findings, causes before symptoms: title, severity, advice, what would refute it, and its evidence by id.",
    input: { capture: z.string().optional(), limit: z.number().int().min(1).max(100).default(20) },
    run: async (hub, input) => json(await askHub(hub, `/api/findings?${parameters(input)}`)),
  },
  {
    name: "get_finding",
    title: "One finding",
    description: "One finding with its path through the decision tree and its evidence.",
    input: { findingId: id("finding") },
    run: async (hub, { findingId }) => json(await askHub(hub, `/api/findings/${part(findingId)}`)),
  },
  {
    name: "get_connection",
    title: "One connection",
    description:
      "One connection with all of its health numbers, and what the verdict trees say about it, question by question.",
    input: { connectionId: id("connection") },
    run: getConnection,
  },
  {
    name: "get_call",
    title: "One call",
    description: "One call with its times, headers (secrets masked) and the beginning of its bodies.",
    input: { callId: id("call") },
    run: async (hub, { callId }) => json(await askHub(hub, `/api/calls/${part(callId)}`)),
  },
  {
    name: "get_packets",
    title: "Packets of a connection",
    description:
      "The packets of a connection as a ladder in text: number, time, direction, flags, sequence numbers, windows, what is notable.",
    input: { connectionId: id("connection"), limit: z.number().int().min(1).max(500).default(60) },
    run: getPackets,
  },
];
