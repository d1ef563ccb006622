import { existsSync } from "node:fs";
import { parseArgs } from "node:util";
import { WORKLOADS } from "./workload/workloads.ts";

/** What the command line asks for. */
export interface Options {
  /** A capture of the user's, instead of the generated ones. */
  readonly file: string | undefined;
  /** Names of the workloads to measure. */
  readonly only: readonly string[];
  readonly scaleOf: (workload: string) => number;
  readonly rounds: number;
  readonly keep: boolean;
  readonly json: boolean;
}

const USAGE = `usage: npm run bench [-- OPTIONS] [CAPTURE]

Measures Weir and its peers on generated captures, or on CAPTURE (pcap or pcapng, not compressed).

  --quick          small workloads, two rounds: about two minutes
  --scale NUMBER   size of the workloads, 1 is full
  --rounds NUMBER  how often each is measured (3); 0 only generates, with --keep
  --only NAMES     some of the workloads: ${WORKLOADS.map(({ name }) => name).join(",")}
  --keep           leave the generated captures in the temporary folder, for the next run
  --json           print JSON instead of tables`;

/** A quick run's `services` is larger than its share: there Weir's own start would count too much. */
const QUICK_SCALE: Readonly<Record<string, number>> = { services: 0.3 };
const QUICK_SCALE_OF_OTHERS = 0.1;

/** Throws a text for the user where the arguments make no sense. */
export function parseOptions(args: readonly string[]): Options {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      quick: { type: "boolean", default: false },
      scale: { type: "string" },
      rounds: { type: "string" },
      only: { type: "string" },
      keep: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  const [file] = positionals;
  if (values.help || positionals.length > 1) throw new Error(USAGE);
  if (file !== undefined && !existsSync(file)) throw new Error(`There is no file ${file}.\n\n${USAGE}`);
  const names = WORKLOADS.map(({ name }) => name);
  const only = values.only?.split(",") ?? names;
  const unknown = only.find((name) => !names.includes(name));
  if (unknown !== undefined) throw new Error(`There is no workload ${unknown}.\n\n${USAGE}`);
  const scale = numberOf("scale", values.scale);
  return {
    file,
    only,
    scaleOf: (name) => scale ?? (values.quick ? (QUICK_SCALE[name] ?? QUICK_SCALE_OF_OTHERS) : 1),
    rounds: numberOf("rounds", values.rounds) ?? (values.quick ? 2 : 3),
    keep: values.keep,
    json: values.json,
  };
}

function numberOf(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (text === "" || !(value >= 0)) throw new Error(`--${name} wants a number, not ${text}.\n\n${USAGE}`);
  return value;
}
