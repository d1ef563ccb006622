import { parseArgs } from "node:util";

/** What the command line asks for. */
export interface StoreOptions {
  readonly scale: number;
  readonly rounds: number;
  readonly parts: ReadonlySet<Part>;
  /** Where the filled store is kept for the next run; a temporary folder that goes with the run where absent. */
  readonly dataDir: string | undefined;
  readonly json: boolean;
}

const PARTS = ["ingest", "questions"] as const;
export type Part = (typeof PARTS)[number];

const USAGE = `usage: npm run bench:store [-- OPTIONS]

What the store takes in per second and per core, what a record takes on disk, and how long the console's questions take on fifty million connections, fifty million
spans and a hundred million log lines. Prometheus takes part where it is installed.

  --scale NUMBER   rows that are asked about, 1 is all (0.02: a million connections); at 1 some 15 GB of disk and half an hour
  --rounds NUMBER  how often each question is asked (15)
  --only PARTS     ${PARTS.join(",")}
  --data DIR       fill this folder, once: the next run finds it there
  --json           print JSON instead of tables

npm run bench:store -- --scale 0.02
npm run bench:store -- --data /var/tmp/weir-store --only questions`;

/** Throws a text for the user where the arguments make no sense. */
export function parseStoreOptions(args: readonly string[]): StoreOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      scale: { type: "string", default: "1" },
      rounds: { type: "string", default: "15" },
      only: { type: "string", default: PARTS.join(",") },
      data: { type: "string" },
      json: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) throw new Error(USAGE);
  const [scale, rounds] = [Number(values.scale), Number(values.rounds)];
  const parts = values.only.split(",").map((name) => PARTS.find((part) => part === name));
  if (!(scale > 0) || !(rounds >= 1) || parts.includes(undefined)) throw new Error(USAGE);
  const named = parts.filter((part) => part !== undefined);
  return { scale, rounds, parts: new Set(named), dataDir: values.data, json: values.json };
}
