import fc from "fast-check";
import { filterFields } from "../environment.ts";
import type { FilterEnvironment, FilterField } from "../known-fields.ts";

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

/** Macros over related records, every kind, with any condition on one of them. */
function macro(relation: string, names: FilterEnvironment): fc.Arbitrary<string> {
  const variable = filterFields(names)[0]?.name.split(".")[0] ?? "";
  const inner = joined(fc.constantFrom(...filterFields(names)).chain(condition));
  return fc.oneof(
    fc
      .tuple(fc.constantFrom("exists", "all", "exists_one"), inner)
      .map(([name, where]) => `${relation}.${name}(${variable}, ${where})`),
    fc
      .tuple(inner, operators, fc.integer({ min: -1, max: 4 }))
      .map(([where, operator, count]) => `size(${relation}.filter(${variable}, ${where})) ${operator} ${count}`),
  );
}

function joined(leaf: fc.Arbitrary<string>): fc.Arbitrary<string> {
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

/** Any filter text that checks: conditions on all fields and on related records, joined in every way. `relations`: those that are looked through. */
export function anyFilterText(
  environment: FilterEnvironment,
  relations: readonly string[] = [...environment.related.keys()],
): fc.Arbitrary<string> {
  const macros = relations.map((name) => {
    const known = environment.related.get(name);
    if (known === undefined) throw new Error(`nothing is related as ${name}`);
    return macro(name, known.names);
  });
  const fields = fc.constantFrom(...filterFields(environment)).chain(condition);
  return joined(fc.oneof({ arbitrary: fields, weight: 4 }, fc.constantFrom("true", "false"), ...macros));
}
