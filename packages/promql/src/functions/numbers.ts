import { byValue } from "../quantile.ts";
import { type Value, vectorOf } from "../value.ts";
import { numberOf, ofEach, type PromqlFunction, samplesOf } from "./function.ts";

/** Rounds to a multiple; halves upwards. */
function roundTo(value: number, to = 1): number {
  const inverse = 1 / to;
  return Math.floor(value * inverse + 0.5) / inverse;
}

function clamp(value: number, least: number, most: number): number {
  return Number.isNaN(least) || Number.isNaN(most) ? Number.NaN : Math.max(least, Math.min(most, value));
}

const radians = Math.PI / 180;

function sorted(direction: 1 | -1): PromqlFunction {
  return {
    takes: ["vector"],
    returns: "vector",
    // What is no number comes last in either order.
    compute: ([vector]) =>
      vectorOf(
        [...samplesOf(vector)].sort((a, b) => {
          if (Number.isNaN(a.value) || Number.isNaN(b.value)) return -byValue(a.value, b.value);
          return direction * byValue(a.value, b.value);
        }),
      ),
  };
}

const one = (value: Value | undefined) => {
  const [only, ...more] = samplesOf(value);
  return only === undefined || more.length > 0 ? Number.NaN : only.value;
};

/** Functions of each value by itself, and those between numbers and vectors. */
export const NUMBER_FUNCTIONS: Readonly<Record<string, PromqlFunction>> = {
  abs: ofEach(Math.abs),
  ceil: ofEach(Math.ceil),
  floor: ofEach(Math.floor),
  exp: ofEach(Math.exp),
  ln: ofEach(Math.log),
  log2: ofEach(Math.log2),
  log10: ofEach(Math.log10),
  sqrt: ofEach(Math.sqrt),
  sgn: ofEach(Math.sign),
  acos: ofEach(Math.acos),
  acosh: ofEach(Math.acosh),
  asin: ofEach(Math.asin),
  asinh: ofEach(Math.asinh),
  atan: ofEach(Math.atan),
  atanh: ofEach(Math.atanh),
  cos: ofEach(Math.cos),
  cosh: ofEach(Math.cosh),
  sin: ofEach(Math.sin),
  sinh: ofEach(Math.sinh),
  tan: ofEach(Math.tan),
  tanh: ofEach(Math.tanh),
  deg: ofEach((value) => value / radians),
  rad: ofEach((value) => value * radians),
  round: ofEach(roundTo, ["scalar"], 1),
  clamp: ofEach((value, least = 0, most = 0) => clamp(value, least, most), ["scalar", "scalar"]),
  clamp_min: ofEach((value, least = 0) => Math.max(value, least), ["scalar"]),
  clamp_max: ofEach((value, most = 0) => Math.min(value, most), ["scalar"]),
  sort: sorted(1),
  sort_desc: sorted(-1),
  scalar: { takes: ["vector"], returns: "scalar", compute: ([vector]) => ({ kind: "scalar", value: one(vector) }) },
  vector: {
    takes: ["scalar"],
    returns: "vector",
    compute: ([value]) => vectorOf([{ labels: {}, value: numberOf(value) }]),
  },
  pi: { takes: [], returns: "scalar", compute: () => ({ kind: "scalar", value: Math.PI }) },
  time: { takes: [], returns: "scalar", compute: (_, { atMs }) => ({ kind: "scalar", value: atMs / 1000 }) },
};
