import type { PromqlFunction } from "./function.ts";
import { HISTOGRAM_FUNCTIONS } from "./histograms.ts";
import { LABEL_FUNCTIONS } from "./labels.ts";
import { NUMBER_FUNCTIONS } from "./numbers.ts";
import { RATE_FUNCTIONS } from "./rates.ts";
import { TIME_FUNCTIONS } from "./times.ts";
import { WINDOW_FUNCTIONS } from "./windows.ts";

/** Every function that a query can call, by its name. */
export const FUNCTIONS: Readonly<Record<string, PromqlFunction>> = {
  ...RATE_FUNCTIONS,
  ...WINDOW_FUNCTIONS,
  ...NUMBER_FUNCTIONS,
  ...TIME_FUNCTIONS,
  ...LABEL_FUNCTIONS,
  ...HISTOGRAM_FUNCTIONS,
};
