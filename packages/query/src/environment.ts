import { assert } from "@weir/base";
import {
  callRecord,
  connectionRecord,
  type Field,
  findingRecord,
  type RecordDefinition,
  retryRecord,
} from "@weir/model";
import type { ProtocolRecord } from "@weir/protocols";
import type { FieldReference, RecordWord, ValueType } from "./expression.ts";
import { nearest } from "./nearest.ts";
import { RELATIONS, type Relation } from "./relations.ts";

/** One name that filters may use, for completion and reference pages. */
export interface FilterField {
  readonly name: string;
  readonly type: ValueType;
  readonly meaning: string;
  readonly unit?: Field["unit"];
  /** The closed list of its values, where there is one. */
  readonly values?: readonly string[];
}

interface Known {
  readonly shown: FilterField;
  readonly reference: FieldReference;
}

/** The names that a filter may use. */
export interface FilterEnvironment {
  readonly fields: ReadonlyMap<string, Known>;
  /** Words of the protocols: `http`, `dns`. */
  readonly protocols: ReadonlySet<string>;
  /** The name of calls' attributes, where they are known: `call.attributes`. */
  readonly attributes?: string;
  /** What can be looked through by macros, with the names of one of them. */
  readonly related: ReadonlyMap<string, RelatedNames>;
  /** Inside of a macro: the variable's name as it is written, and as the names above have it. */
  readonly variable?: { readonly written: string; readonly own: string };
}

export interface RelatedNames {
  readonly relation: Relation;
  readonly names: FilterEnvironment;
}

/** The two ends of a connection under the names that people write: `client.service`. */
const ENDS = ["Address", "Port", "Service"] as const;
/** Health begins and ends with these fields of the connection record. */
const FIRST_HEALTH_FIELD = "handshakeServerNs";
const LAST_HEALTH_FIELD = "closeReason";

/**
 * The names of all fields: `connection.…`, `call.…`, `tcp.…` for the connection's health, `client.…` and `server.…` for its ends, and the
 * protocols' own. Payload (secret fields) is not among them: a filter must not be a way around the right to read it.
 */
export function filterEnvironment(records: readonly ProtocolRecord[]): FilterEnvironment {
  const fields = new Map<string, Known>();
  const add = (
    name: string,
    field: Field,
    reference: Pick<FieldReference, "record" | "field" | "only" | "attribute">,
  ) => {
    if (!isFilterable(field) || fields.has(name)) return;
    fields.set(name, known(name, field, reference));
  };
  for (const field of connectionRecord.fields)
    add(`connection.${field.name}`, field, { record: "connection", field: field.name });
  for (const field of callRecord.fields) add(`call.${field.name}`, field, { record: "call", field: field.name });
  for (const field of healthFields()) {
    add(`tcp.${field.name}`, field, {
      record: "connection",
      field: field.name,
      only: { field: "transport", equals: "tcp" },
    });
  }
  for (const side of ["client", "server"]) {
    for (const end of ENDS) {
      const field = connectionRecord.fields.find(({ name }) => name === side + end);
      assert(field !== undefined, `no field ${side}${end}`);
      add(`${side}.${end.toLowerCase()}`, field, { record: "connection", field: field.name });
    }
  }
  for (const { protocol, fields: own } of records) {
    for (const field of own) {
      const only = { field: "protocol", equals: protocol } as const;
      add(
        `${protocol}.${field.name}`,
        { ...field, optional: true },
        { record: "call", field: "attributes", attribute: field.otel, only },
      );
    }
  }
  const protocols = new Set(records.map(({ protocol }) => protocol));
  return { fields, protocols, attributes: "call.attributes", related: relatedNames(fields, protocols) };
}

/** The names of one related record, behind the variable: `c.status`, `c.http.statusCode`. */
function relatedNames(
  traffic: ReadonlyMap<string, Known>,
  protocols: ReadonlySet<string>,
): ReadonlyMap<string, RelatedNames> {
  return new Map(
    Object.values(RELATIONS).map((relation) => {
      const { of, variable, name } = relation;
      const all = of === "call" ? traffic : OWN_ENVIRONMENTS[of === "retry" ? "retry" : "finding"].fields;
      const fields = new Map<string, Known>();
      for (const [long, { shown, reference }] of all) {
        const isOwn = long.startsWith(`${of}.`);
        if (reference.record !== of || !(isOwn || of === "call")) continue;
        const short = `${variable}.${isOwn ? long.slice(of.length + 1) : long}`;
        fields.set(short, { shown: { ...shown, name: short }, reference: { ...reference, name: short } });
      }
      const attributes = of === "call" ? { attributes: `${variable}.attributes` } : {};
      return [name, { relation, names: { fields, protocols, related: NOTHING_RELATED, ...attributes } }];
    }),
  );
}

const NOTHING_RELATED: ReadonlyMap<string, RelatedNames> = new Map();

/** The names of a record that stands alone: `finding.…` or `retry.…`, and its edge's ends under the names that people write. */
function ownEnvironment(record: RecordWord, definition: RecordDefinition): FilterEnvironment {
  const fields = new Map<string, Known>();
  for (const field of definition.fields) {
    if (!isFilterable(field)) continue;
    const reference = { record, field: field.name } as const;
    fields.set(`${record}.${field.name}`, known(`${record}.${field.name}`, field, reference));
    const end = /^(client|server)(Service|Port)$/.exec(field.name);
    const name = `${end?.[1]}.${end?.[2]?.toLowerCase()}`;
    if (end !== null) fields.set(name, known(name, field, reference));
  }
  return { fields, protocols: new Set(), related: NOTHING_RELATED };
}

const OWN_ENVIRONMENTS = {
  finding: ownEnvironment("finding", findingRecord),
  retry: ownEnvironment("retry", retryRecord),
} as const;

/** The names that a question about each record may use. Connections and calls share theirs: a call has a connection. */
export type Environments = Readonly<Record<RecordWord, FilterEnvironment>>;

export function queryEnvironments(records: readonly ProtocolRecord[]): Environments {
  const traffic = filterEnvironment(records);
  return {
    connection: traffic,
    call: traffic,
    ...OWN_ENVIRONMENTS,
  };
}

/** Every name, for completion. */
export function filterFields(environment: FilterEnvironment): readonly FilterField[] {
  return [...environment.fields.values()].map(({ shown }) => shown);
}

/** An attribute of a call by its OpenTelemetry name, as text: `call.attributes["url.path"]`. `attributes` is the name before the brackets. */
export function attributeReference(attributes: string, attribute: string): FieldReference {
  const name = `${attributes}[${JSON.stringify(attribute)}]`;
  return { name, record: "call", field: "attributes", attribute, type: "string", optional: true, isDuration: false };
}

/** Names of other tools for the same thing. */
const OTHER_WORDS: Readonly<Record<string, string>> = {
  src: "client",
  source: "client",
  dst: "server",
  destination: "server",
  conn: "connection",
  flow: "connection",
  request: "call",
  response: "call",
};
const OTHER_ENDINGS: Readonly<Record<string, string>> = {
  ip: "address",
  addr: "address",
  name: "service",
  svc: "service",
};

/** The known name that was most likely meant. */
export function suggestName(environment: FilterEnvironment, written: string): string | undefined {
  const names = [...environment.fields.keys()];
  const [first = "", ...rest] = written.split(".");
  const last = rest.at(-1) ?? first;
  const ours = [OTHER_WORDS[first] ?? first, ...rest.slice(0, -1), OTHER_ENDINGS[last] ?? last].join(".");
  if (rest.length > 0 && environment.fields.has(ours)) return ours;
  if (environment.protocols.has(written)) return `call.protocol == ${JSON.stringify(written)}`;
  const sameEnding = names.filter((name) => name.split(".").at(-1)?.toLowerCase() === last.toLowerCase());
  return nearest(ours, sameEnding, Number.POSITIVE_INFINITY) ?? nearest(ours, names);
}

/** A field of the same last name whose value is of the wanted type: `http.statusCode` where `call.statusCode` is text. */
export function sameNameOfType(
  environment: FilterEnvironment,
  reference: FieldReference,
  wanted: readonly ValueType[],
): string | undefined {
  const ending = `.${reference.name.split(".").at(-1)}`;
  for (const { shown } of environment.fields.values()) {
    if (shown.name.endsWith(ending) && wanted.includes(shown.type)) return shown.name;
  }
  return undefined;
}

function known(
  name: string,
  field: Field,
  reference: Pick<FieldReference, "record" | "field" | "only" | "attribute">,
): Known {
  const type = valueType(field);
  const { unit, values, meaning } = field;
  const shown = {
    name,
    type,
    meaning,
    ...(unit === undefined ? {} : { unit }),
    ...(values === undefined ? {} : { values }),
  };
  return {
    shown,
    reference: {
      ...reference,
      name,
      type,
      optional: field.optional,
      isDuration: unit === "ns",
      ...(unit === undefined ? {} : { unit }),
    },
  };
}

function isFilterable(field: Field): boolean {
  return field.sensitivity !== "secret" && field.type !== "pairs" && field.type !== "map" && field.type !== "json";
}

function valueType(field: Field): ValueType {
  const { type } = field;
  assert(type !== "pairs" && type !== "map" && type !== "json", `${field.name} has no single value`);
  return type;
}

function healthFields(): readonly Field[] {
  const names: readonly string[] = connectionRecord.fields.map(({ name }) => name);
  const [from, to] = [names.indexOf(FIRST_HEALTH_FIELD), names.indexOf(LAST_HEALTH_FIELD)];
  assert(from >= 0 && to > from, "the connection record has no health fields where they are expected");
  return connectionRecord.fields.slice(from, to + 1);
}
