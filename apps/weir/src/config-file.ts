import { readFile } from "node:fs/promises";
import { type AnalysisConfig, DEFAULT_CONFIG, THRESHOLDS, type ThresholdUnit, thresholdUnit } from "@weir/analysis";
import { WeirError } from "@weir/base";
import { nearest, parseDurationNs } from "@weir/query";
import { z } from "zod";

const REFERENCE = "docs/reference/thresholds.md lists all with their units and defaults";
const SECTIONS = ["thresholds"] as const;
const sectionsSchema = z.record(z.string(), z.record(z.string(), z.unknown()));

/** The configuration of `--config FILE`: a JSON object with `thresholds`. What it does not name keeps its default; all defaults where no file was given. */
export async function readConfigFile(path: string | undefined): Promise<AnalysisConfig> {
  if (path === undefined) return DEFAULT_CONFIG;
  const text = await readFile(path, "utf8").catch((cause: Error) => {
    throw new WeirError(
      "CONFIG_INVALID",
      `the configuration ${path} cannot be read: ${cause.message}`,
      "Check the path",
      {
        cause,
      },
    );
  });
  return parseConfig(text, path);
}

/** Reads a configuration's text; `name` is the file's, for messages. Throws CONFIG_INVALID for what it does not know. */
export function parseConfig(text: string, name: string): AnalysisConfig {
  const form = 'It must be a JSON object such as {"thresholds": {"slowThinkNs": "500ms"}}';
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new WeirError("CONFIG_INVALID", `the configuration ${name} is not JSON: ${(cause as Error).message}`, form, {
      cause,
    });
  }
  const sections = sectionsSchema.safeParse(json);
  if (!sections.success) throw new WeirError("CONFIG_INVALID", `the configuration ${name} has another form`, form);
  for (const section of Object.keys(sections.data)) checkName("section", section, SECTIONS, name);
  const changes = Object.entries(sections.data["thresholds"] ?? {}).map(([threshold, value]) => {
    checkName("threshold", threshold, NAMES, name);
    return [threshold, thresholdValue(threshold, value, name)] as const;
  });
  return { ...DEFAULT_CONFIG, ...Object.fromEntries(changes) };
}

const NAMES = THRESHOLDS.map((threshold): string => threshold.name);

function checkName(what: string, given: string, known: readonly string[], file: string): void {
  if (known.includes(given)) return;
  const meant = nearest(given, known);
  throw new WeirError(
    "CONFIG_INVALID",
    `there is no ${what} "${given}" (in ${file})`,
    meant === undefined ? REFERENCE : `Did you mean "${meant}"? ${REFERENCE}`,
  );
}

/** How a value of a unit is written. */
const FORMS: Readonly<Record<ThresholdUnit, string>> = {
  ns: 'a time: nanoseconds, or text such as "250ms" or "1.5s"',
  ratio: 'a ratio: a number from 0 to 1, or text such as "2 %"',
  bytes: "a number of bytes",
  times: "a number",
  count: "a number",
};

function thresholdValue(threshold: string, value: unknown, file: string): number {
  const unit = thresholdUnit(threshold);
  const number = typeof value === "string" ? parseText(value, unit) : value;
  const isFit =
    typeof number === "number" && Number.isFinite(number) && number >= 0 && !(unit === "ratio" && number > 1);
  if (isFit) return number;
  throw new WeirError(
    "CONFIG_INVALID",
    `${JSON.stringify(value)} does not fit the threshold "${threshold}" (in ${file})`,
    `It is ${FORMS[unit]}`,
  );
}

function parseText(text: string, unit: ThresholdUnit): number | undefined {
  if (unit === "ns") return parseDurationNs(text.replace(/\s+/g, ""));
  const percent = /^(\d+(?:\.\d+)?)\s*%$/.exec(text.trim());
  return unit === "ratio" && percent !== null ? Number(percent[1]) / 100 : undefined;
}
