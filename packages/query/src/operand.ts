import type { ASTNode } from "@marcbachmann/cel-js";
import { parseUnixNs } from "@weir/base";
import { parseDurationNs } from "./duration.ts";
import type { Constant, FieldReference, Operand } from "./expression.ts";
import { type FilterEnvironment, keyReference } from "./known-fields.ts";
import { type FilterProblem, isProblem, problem } from "./problem.ts";
import { suggestName } from "./suggest-name.ts";

/** One side of a comparison: a field, a size, a literal. */
export function operandOf(node: ASTNode, environment: FilterEnvironment): Operand | FilterProblem {
  switch (node.op) {
    case "value":
      return constantOf(node);
    case "-_":
      return negatedOf(node);
    case "id":
    case ".":
    case "[]": {
      const field = fieldOf(node, environment);
      return isProblem(field) ? field : { kind: "field", field };
    }
    case "call": {
      const [name, args] = node.args;
      if (name === "size" && args.length === 1 && args[0] !== undefined) return sizeOf(args[0], environment);
      return timeOf(node, name, args);
    }
    case "rcall": {
      const [name, receiver, args] = node.args;
      return name === "size" && args.length === 0 ? sizeOf(receiver, environment) : unsupported(node);
    }
    default:
      return unsupported(node);
  }
}

/** The field that a name stands for; a problem with the nearest name where it stands for none. */
export function fieldOf(node: ASTNode, environment: FilterEnvironment): FieldReference | FilterProblem {
  if (node.op === "[]") return attributeOf(node, environment);
  const written = nameOf(node);
  if (written === undefined) return unsupported(node);
  const name = ownName(written, environment);
  if (name === undefined) return foreignName(node, written, environment);
  const known = environment.fields.get(name);
  if (known !== undefined) return known.reference;
  const meant = suggestName(environment, name);
  return problem(`there is no field ${written}`, node.start, meant && writtenName(meant, environment));
}

/** A name as the environment has it: inside of a macro the variable may be called anything. Undefined where it does not begin with the variable. */
function ownName(written: string, { variable }: FilterEnvironment): string | undefined {
  if (variable === undefined) return written;
  if (!written.startsWith(`${variable.written}.`)) return undefined;
  return variable.own + written.slice(variable.written.length);
}

function writtenName(own: string, { variable }: FilterEnvironment): string {
  return variable === undefined || !own.startsWith(`${variable.own}.`)
    ? own
    : variable.written + own.slice(variable.own.length);
}

function foreignName(node: ASTNode, written: string, environment: FilterEnvironment): FilterProblem {
  const variable = environment.variable?.written ?? "";
  const rest = written.split(".").slice(1).join(".");
  const meant = [written, rest].find((name) => environment.fields.has(`${environment.variable?.own}.${name}`));
  return problem(
    `here only ${variable} is known: what is not about it stands outside`,
    node.start,
    meant === undefined ? undefined : `${variable}.${meant}`,
  );
}

/** A literal, alone or as one value of a list. */
export function constantOf(node: ASTNode): Constant | FilterProblem {
  if (node.op === "-_") return negatedOf(node);
  if (node.op === "call") return timeOf(node, node.args[0], node.args[1]);
  if (node.op !== "value") return problem("only a literal can stand here", node.start);
  const { args: value } = node;
  if (typeof value === "string") return { kind: "constant", type: "string", value };
  if (typeof value === "boolean") return { kind: "constant", type: "bool", value };
  if (typeof value === "number") return { kind: "constant", type: "number", value };
  if (typeof value === "bigint") return wholeNumber(node, value);
  if (value === null)
    return problem("null is not compared: has(field) tells whether a value is there", node.start, "has(…)");
  return unsupported(node);
}

/** Says what Weir's subset of CEL leaves out. */
export function unsupported(node: ASTNode): FilterProblem {
  const what: Partial<Record<ASTNode["op"], string>> = {
    "?:": "conditions with ? and :",
    map: "maps",
    list: "lists outside of in",
    "[]": 'indexes other than attributes["name"]',
    call: `the function ${node.op === "call" ? node.args[0] : ""}`,
    rcall: `the function ${node.op === "rcall" ? node.args[0] : ""}`,
    value: "bytes and unsigned literals",
  };
  const isArithmetic = ["+", "-", "*", "/", "%", "-_"].includes(node.op);
  return problem(`filters do not know ${isArithmetic ? "arithmetic" : (what[node.op] ?? node.op)} here`, node.start);
}

function nameOf(node: ASTNode): string | undefined {
  if (node.op === "id") return node.args;
  if (node.op !== ".") return undefined;
  const [left, last] = node.args;
  const first = nameOf(left);
  return first === undefined ? undefined : `${first}.${last}`;
}

function attributeOf(
  node: Extract<ASTNode, { op: "[]" }>,
  environment: FilterEnvironment,
): FieldReference | FilterProblem {
  const [map, key] = node.args;
  const name = ownName(nameOf(map) ?? "", environment) ?? "";
  const place = environment.maps.get(name);
  if (place === undefined || key.op !== "value" || typeof key.args !== "string") return unsupported(node);
  return keyReference(name, place, key.args);
}

function sizeOf(node: ASTNode, environment: FilterEnvironment): Operand | FilterProblem {
  const field = fieldOf(node, environment);
  if (isProblem(field)) return field;
  const isSized = field.type === "string" || field.type === "string[]" || field.type === "int[]";
  return isSized ? { kind: "size", field } : problem(`${field.name} has no size: it is ${field.type}`, node.start);
}

function timeOf(node: ASTNode, name: string, args: readonly ASTNode[]): Constant | FilterProblem {
  const [first] = args;
  const text = first?.op === "value" && typeof first.args === "string" && args.length === 1 ? first.args : undefined;
  if (name === "duration") {
    const value = text === undefined ? undefined : parseDurationNs(text);
    if (value !== undefined) return { kind: "constant", type: "duration", value };
    return problem(
      'a duration is a text such as "250ms", "1.5s", "1m30s"',
      first?.start ?? node.start,
      'duration("250ms")',
    );
  }
  if (name === "timestamp") {
    const value = text === undefined ? undefined : parseUnixNs(text);
    if (value !== undefined) return { kind: "constant", type: "time", value };
    return problem('a timestamp is a text in UTC such as "2026-07-30T12:00:00Z"', first?.start ?? node.start);
  }
  return unsupported(node);
}

function negatedOf(node: Extract<ASTNode, { op: "-_" }>): Constant | FilterProblem {
  const { args } = node;
  const constant =
    args.op === "value" && (typeof args.args === "number" || typeof args.args === "bigint")
      ? constantOf(args)
      : unsupported(node);
  if (isProblem(constant) || constant.type !== "number") return constant;
  return { ...constant, value: constant.value === 0 ? 0 : -constant.value };
}

function wholeNumber(node: ASTNode, value: bigint): Constant | FilterProblem {
  const asNumber = Number(value);
  if (Number.isSafeInteger(asNumber)) return { kind: "constant", type: "number", value: asNumber };
  return problem("the number is too large: whole numbers are exact up to 2^53", node.start);
}
