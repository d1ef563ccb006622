import { WeirError } from "@weir/base";
import { z } from "zod";
import { readJsonFile } from "../../json-file.ts";

/** Whom the hub asks for metrics. */
export interface ScrapeTarget {
  readonly url: URL;
  /** On every series: `job`, `instance` and what else is said of the target. */
  readonly labels: ReadonlyMap<string, string>;
  readonly intervalMs: number;
  /** At most as long as the interval. */
  readonly timeoutMs: number;
}

const seconds = (usual: number) => z.number().min(1).max(3_600).default(usual);
const targetSchema = z
  .strictObject({
    url: z.url({ protocol: /^https?$/ }),
    name: z.string().min(1).optional(),
    labels: z.record(z.string().regex(/^[A-Za-z_]\w*$/), z.string()).default({}),
    intervalSeconds: seconds(15),
    timeoutSeconds: seconds(10),
  })
  .refine(
    ({ intervalSeconds, timeoutSeconds }) => timeoutSeconds <= intervalSeconds,
    "a timeout longer than the interval",
  );
const fileSchema = z.strictObject({ targets: z.array(targetSchema).max(10_000) });

const FORM =
  'It must be {"targets": [{"url": "http://127.0.0.1:9100/metrics", "name": "node", "labels": {"zone": "a"}, "intervalSeconds": 15}]}';

/** A target of the command line: `URL`, or `URL,name=NAME`. Throws USAGE. */
export function parseTarget(text: string): ScrapeTarget {
  const [url, name] = text.split(/,name=/);
  const parsed = targetSchema.safeParse({ url, ...(name === undefined ? {} : { name }) });
  if (parsed.success) return targetOf(parsed.data);
  throw new WeirError("USAGE", `"${text}" is no target`, "Write it as http://127.0.0.1:9100/metrics,name=node");
}

/** Reads a file of targets. Throws CONFIG_INVALID. */
export async function readTargetsFile(path: string): Promise<readonly ScrapeTarget[]> {
  const { targets } = await readJsonFile(path, "the targets file", fileSchema, FORM);
  return targets.map(targetOf);
}

function targetOf({
  url: text,
  name,
  labels,
  intervalSeconds,
  timeoutSeconds,
}: z.infer<typeof targetSchema>): ScrapeTarget {
  const url = new URL(text);
  if (url.pathname === "/") url.pathname = "/metrics";
  const named = { ...labels, job: name ?? url.hostname, instance: url.host };
  return {
    url,
    labels: new Map(Object.entries(named)),
    intervalMs: intervalSeconds * 1_000,
    timeoutMs: timeoutSeconds * 1_000,
  };
}
