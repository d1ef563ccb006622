import { readFile } from "node:fs/promises";
import { type AnalysisConfig, DEFAULT_CONFIG, THRESHOLDS, type ThresholdUnit, thresholdUnit } from "@weir/analysis";
import { WeirError } from "@weir/base";
import { nearest, parseDurationNs } from "@weir/query";
import { z } from "zod";
import { isSamplingWord, SAMPLING_FORMS, type SamplingWords } from "./trace-sampling.ts";

/** What a configuration file says. */
export interface Configuration {
  readonly thresholds: AnalysisConfig;
  /** How a hub samples traces; others pass over it. */
  readonly sampling: SamplingWords;
}

/** Sections of the file, with where their keys stand. */
const SECTIONS = {
  thresholds: "docs/reference/thresholds.md lists all with their units and defaults",
  sampling: "docs/sampling.md says what they mean",
} as const;
const sectionsSchema = z.record(z.string(), z.record(z.string(), z.unknown()));

/** The thresholds of `--config FILE`. What it does not name keeps its default; all defaults where no file was given. */
export async function readConfigFile(path: string | undefined): Promise<AnalysisConfig> {
  return (await readConfiguration(path)).thresholds;
}

/** The configuration of `--config FILE`: a JSON object with the sections `thresholds` and `sampling`. */
export async function readConfiguration(path: string | undefined): Promise<Configuration> {
  if (path === undefined) return { thresholds: DEFAULT_CONFIG, sampling: {} };
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
export function parseConfig(text: string, name: string): Configuration {
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
  for (const section of Object.keys(sections.data))
    checkName("section", section, Object.keys(SECTIONS), name, `There are ${Object.keys(SECTIONS).join(" and ")}`);
  return {
    thresholds: thresholdsOf(sections.data["thresholds"] ?? {}, name),
    sampling: samplingOf(sections.data["sampling"] ?? {}, name),
  };
}

type Section = Readonly<Record<string, unknown>>;

function thresholdsOf(section: Section, file: string): AnalysisConfig {
  const changes = Object.entries(section).map(([threshold, value]) => {
    checkName("threshold", threshold, NAMES, file, SECTIONS.thresholds);
    return [threshold, thresholdValue(threshold, value, file)] as const;
  });
  return { ...DEFAULT_CONFIG, ...Object.fromEntries(changes) };
}

function samplingOf(section: Section, file: string): SamplingWords {
  const names = Object.keys(SAMPLING_FORMS);
  for (const [name, value] of Object.entries(section)) {
    checkName("key of sampling", name, names, file, SECTIONS.sampling);
    const key = name as keyof SamplingWords;
    if (typeof value !== "string" || !isSamplingWord(key, value))
      throw unfit(value, `the key "${name}" of sampling`, file, SAMPLING_FORMS[key]);
  }
  return section as SamplingWords;
}

const NAMES = THRESHOLDS.map((threshold): string => threshold.name);

function checkName(what: string, given: string, known: readonly string[], file: string, reference: string): void {
  if (known.includes(given)) return;
  const meant = nearest(given, known);
  throw new WeirError(
    "CONFIG_INVALID",
    `there is no ${what} "${given}" (in ${file})`,
    meant === undefined ? reference : `Did you mean "${meant}"? ${reference}`,
  );
}

function unfit(value: unknown, what: string, file: string, form: string): WeirError {
  return new WeirError("CONFIG_INVALID", `${JSON.stringify(value)} does not fit ${what} (in ${file})`, `It is ${form}`);
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
  throw unfit(value, `the threshold "${threshold}"`, file, FORMS[unit]);
}

function parseText(text: string, unit: ThresholdUnit): number | undefined {
  if (unit === "ns") return parseDurationNs(text.replace(/\s+/g, ""));
  const percent = /^(\d+(?:\.\d+)?)\s*%$/.exec(text.trim());
  return unit === "ratio" && percent !== null ? Number(percent[1]) / 100 : undefined;
}
