import { withoutName } from "../labels.ts";
import { vectorOf } from "../value.ts";
import { type PromqlFunction, samplesOf } from "./function.ts";

/** A part of the date, in UTC, that values stand for as Unix seconds; of the moment itself where there is no argument. */
function partOf(read: (date: Date) => number): PromqlFunction {
  return {
    takes: ["vector"],
    optional: 1,
    returns: "vector",
    compute: ([vector], { atMs }) => {
      if (vector === undefined) return vectorOf([{ labels: {}, value: read(new Date(atMs)) }]);
      return vectorOf(
        samplesOf(vector).map(({ labels, value }) => ({
          labels: withoutName(labels),
          value: read(new Date(Math.trunc(value) * 1000)),
        })),
      );
    },
  };
}

const DAY_MS = 86_400_000;

/** Functions of dates. */
export const TIME_FUNCTIONS: Readonly<Record<string, PromqlFunction>> = {
  minute: partOf((date) => date.getUTCMinutes()),
  hour: partOf((date) => date.getUTCHours()),
  day_of_week: partOf((date) => date.getUTCDay()),
  day_of_month: partOf((date) => date.getUTCDate()),
  day_of_year: partOf((date) => Math.floor((date.getTime() - Date.UTC(date.getUTCFullYear(), 0, 1)) / DAY_MS) + 1),
  days_in_month: partOf((date) => new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate()),
  month: partOf((date) => date.getUTCMonth() + 1),
  year: partOf((date) => date.getUTCFullYear()),
  timestamp: {
    takes: ["vector"],
    returns: "vector",
    compute: ([vector], { atMs }) =>
      vectorOf(
        samplesOf(vector).map(({ labels, measuredMs = atMs }) => ({
          labels: withoutName(labels),
          value: measuredMs / 1000,
        })),
      ),
  },
};
