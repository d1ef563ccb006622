import fc from "fast-check";
import { type FilterEnvironment, type FilterField, filterFields } from "../environment.ts";

const text = fc.constantFrom("", "a", "orders", "😀", 'with "quotes" and \\', "line\nbreak", "10.0.0.1");
const operators = fc.constantFrom("==", "!=", "<", "<=", ">", ">=");

function literal({ values }: FilterField): fc.Arbitrary<string> {
  return (values === undefined ? text : fc.constantFrom(...values)).map((value) => JSON.stringify(value));
}

function numbers({ unit }: FilterField): fc.Arbitrary<string> {
  const plain = fc.oneof(fc.integer(), fc.constantFrom(0, 0.5, -1.25, 200, 1e21)).map(String);
  return unit === "ns"
    ? fc.oneof(plain, fc.constantFrom('duration("250ms")', 'duration("1m30s")', 'duration("0s")'))
    : plain;
}

/** Conditions on one field, every kind that its type allows. */
function condition(field: FilterField): fc.Arbitrary<string> {
  const { name, type } = field;
  const has = fc.constant(`has(${name})`);
  switch (type) {
    case "string":
      return fc.oneof(
        has,
        fc.tuple(operators, literal(field)).map(([operator, value]) => `${name} ${operator} ${value}`),
        fc.array(literal(field), { minLength: 1, maxLength: 3 }).map((values) => `${name} in [${values.join(", ")}]`),
        fc
          .tuple(fc.constantFrom("contains", "startsWith", "endsWith"), text)
          .map(([test, value]) => `${name}.${test}(${JSON.stringify(value)})`),
        fc
          .constantFrom("^a", "o.*s$", "(?i)ORD", "[[:alpha:]]+")
          .map((pattern) => `${name}.matches(${JSON.stringify(pattern)})`),
        fc.nat({ max: 6 }).map((size) => `size(${name}) > ${size}`),
      );
    case "int":
    case "float":
      return fc.oneof(
        has,
        fc.tuple(operators, numbers(field)).map(([operator, value]) => `${name} ${operator} ${value}`),
        fc.tuple(operators, numbers(field)).map(([operator, value]) => `${value} ${operator} ${name}`),
        fc.array(numbers(field), { minLength: 1, maxLength: 3 }).map((values) => `${name} in [${values.join(", ")}]`),
      );
    case "bool":
      return fc.constantFrom(`has(${name})`, name, `!${name}`, `${name} == true`, `${name} != false`);
    case "time":
      return operators.map((operator) => `${name} ${operator} timestamp("2001-09-09T01:46:40.5Z")`);
    case "string[]":
      return fc.oneof(
        has,
        fc.constant(`size(${name}) == 2`),
        text.map((value) => `${JSON.stringify(value)} in ${name}`),
      );
    case "int[]":
      return fc.oneof(has, fc.constant(`${name}.size() == 2`), fc.constantFrom(`200 in ${name}`, `0 in ${name}`));
    default:
      return type satisfies never;
  }
}

/** Any filter text that checks: conditions on all fields, joined in every way. */
export function anyFilterText(environment: FilterEnvironment): fc.Arbitrary<string> {
  const leaf = fc.oneof(
    fc.constantFrom(...filterFields(environment)).chain(condition),
    fc.constantFrom("true", "false"),
  );
  return fc.letrec<{ all: string }>((tie) => ({
    all: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      leaf,
      fc.tuple(tie("all"), tie("all")).map(([left, right]) => `(${left}) && (${right})`),
      fc.tuple(tie("all"), tie("all")).map(([left, right]) => `(${left}) || (${right})`),
      tie("all").map((operand) => `!(${operand})`),
    ),
  })).all;
}
