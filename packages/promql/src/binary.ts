import {
  ARITHMETIC,
  type Arithmetic,
  type BinaryOperator,
  type Comparison,
  type Expression,
  type Matching,
} from "./expression.ts";
import { type Labels, NAME, onlyLabels, signature, withLabel, withoutLabels, withoutName } from "./labels.ts";
import { PromqlError } from "./problem.ts";
import { type Sample, type Value, type Vector, vectorOf } from "./value.ts";

type Binary = Extract<Expression, { kind: "binary" }>;

const COMPUTE: Readonly<Record<Arithmetic, (a: number, b: number) => number>> = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "/": (a, b) => a / b,
  "%": (a, b) => a % b,
  "^": (a, b) => a ** b,
  atan2: Math.atan2,
};

const HOLDS: Readonly<Record<Comparison, (a: number, b: number) => boolean>> = {
  "==": (a, b) => a === b,
  "!=": (a, b) => a !== b,
  "<": (a, b) => a < b,
  "<=": (a, b) => a <= b,
  ">": (a, b) => a > b,
  ">=": (a, b) => a >= b,
};

const isArithmetic = (operator: BinaryOperator): operator is Arithmetic =>
  (ARITHMETIC as readonly string[]).includes(operator);
const isComparison = (operator: BinaryOperator): operator is Comparison => Object.hasOwn(HOLDS, operator);

/** The value of two sides joined by an operator. */
export function joinSides(expression: Binary, left: Value, right: Value): Value {
  if (left.kind === "vector" && right.kind === "vector") return joinVectors(expression, left, right);
  if (left.kind === "scalar" && right.kind === "scalar") {
    return { kind: "scalar", value: computed(expression, left.value, right.value) ?? 0 };
  }
  if (left.kind === "vector" && right.kind === "scalar")
    return eachWith(expression, left, (value) => computed(expression, value, right.value));
  if (left.kind === "scalar" && right.kind === "vector")
    return eachWith(expression, right, (value) => computed(expression, left.value, value));
  throw new PromqlError("execution", `${expression.operator} cannot join these values`);
}

/** What two numbers give; of a comparison without bool the left one, undefined where it does not hold. */
function computed({ operator, isBool }: Binary, a: number, b: number): number | undefined {
  if (isArithmetic(operator)) return COMPUTE[operator](a, b);
  if (!isComparison(operator)) return undefined;
  const holds = HOLDS[operator](a, b);
  return isBool ? Number(holds) : holds ? a : undefined;
}

function eachWith(expression: Binary, { samples }: Vector, compute: (value: number) => number | undefined): Vector {
  const isFilter = isComparison(expression.operator) && !expression.isBool;
  return vectorOf(
    samples.flatMap(({ labels, value }) => {
      const result = compute(value);
      if (result === undefined) return [];
      // A comparison lets the vector's own value through, on whichever side it stands.
      return [{ labels: isFilter ? labels : withoutName(labels), value: isFilter ? value : result }];
    }),
  );
}

/** What tells apart which series belong together. */
function keyReader({ on, labels }: Matching): (labels: Labels) => string {
  const names: ReadonlySet<string> = new Set(on ? labels : [...labels, NAME]);
  const known = new Map<Labels, string>();
  return (of) => {
    const key = known.get(of) ?? signature(on ? onlyLabels(of, names) : withoutLabels(of, names));
    known.set(of, key);
    return key;
  };
}

function joinVectors(expression: Binary, left: Vector, right: Vector): Vector {
  const { operator, matching } = expression;
  const keyOf = keyReader(matching);
  const keysOf = ({ samples }: Vector) => new Set(samples.map(({ labels }) => keyOf(labels)));
  switch (operator) {
    case "and": {
      const keys = keysOf(right);
      return vectorOf(left.samples.filter(({ labels }) => keys.has(keyOf(labels))));
    }
    case "unless": {
      const keys = keysOf(right);
      return vectorOf(left.samples.filter(({ labels }) => !keys.has(keyOf(labels))));
    }
    case "or": {
      const keys = keysOf(left);
      return vectorOf([...left.samples, ...right.samples.filter(({ labels }) => !keys.has(keyOf(labels)))]);
    }
    default:
      return matchPairs(expression, left, right, keyOf);
  }
}

/** Joins each series of the many side with the one of the other that belongs to it. */
function matchPairs(expression: Binary, left: Vector, right: Vector, keyOf: (labels: Labels) => string): Vector {
  const { many } = expression.matching;
  const [manySide, oneSide] = many === "right" ? [right, left] : [left, right];
  const ones = new Map<string, Sample>();
  for (const sample of oneSide.samples) {
    const key = keyOf(sample.labels);
    if (ones.has(key)) throw severalMatch(many === "right" ? "left" : "right");
    ones.set(key, sample);
  }
  const taken = new Set<string>();
  return vectorOf(
    manySide.samples.flatMap((sample) => {
      const key = keyOf(sample.labels);
      const one = ones.get(key);
      if (one === undefined) return [];
      const [a, b] = many === "right" ? [one.value, sample.value] : [sample.value, one.value];
      const value = computed(expression, a, b);
      if (value === undefined) return [];
      const labels = pairLabels(expression, sample.labels, one.labels);
      const result = many === "none" ? key : signature(labels);
      if (taken.has(result)) throw severalMatch(many === "none" ? "left" : many);
      taken.add(result);
      return [{ labels, value }];
    }),
  );
}

function pairLabels({ operator, matching, isBool }: Binary, many: Labels, one: Labels): Labels {
  const { on, labels, include } = matching;
  let result = isArithmetic(operator) || isBool ? withoutName(many) : many;
  if (matching.many === "none") {
    const names: ReadonlySet<string> = new Set(labels);
    result = on ? onlyLabels(result, names) : withoutLabels(result, names);
  }
  for (const name of include) result = withLabel(result, name, one[name] ?? "");
  return result;
}

function severalMatch(side: "left" | "right"): PromqlError {
  return new PromqlError(
    "execution",
    `several series of the ${side} side have the same labels to match by: name more labels, or say group_left or group_right`,
  );
}
