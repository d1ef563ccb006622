import { assert } from "@weir/base";
import {
  callRecord,
  columnName,
  connectionRecord,
  deliveryRecord,
  type Field,
  findingRecord,
  logRecord,
  metricRecord,
  profileRecord,
  type RecordDefinition,
  type RecordWord,
  retryRecord,
  spanRecord,
} from "@weir/model";
import type { ProtocolRecord } from "@weir/protocols";
import {
  type FilterEnvironment,
  type FilterField,
  isFilterable,
  type Known,
  known,
  type MapReference,
  type Place,
  type RelatedNames,
} from "./known-fields.ts";
import { RELATIONS } from "./relations.ts";

/** Facts of the two ends of a connection under the names that people write (`client.service`), beside those with OpenTelemetry's. */
const ENDS = ["Service"] as const;
/** OpenTelemetry's names of them, with whose they are before them: `client.k8s.namespace.name`. */
const OF_AN_END = /^(client|server)\./;
/** Health begins and ends with these fields of the connection record. */
const FIRST_HEALTH_FIELD = "handshakeServerNs";
const LAST_HEALTH_FIELD = "closeReason";

/** The names that a question about each record may use. Connections and calls share theirs: a call has a connection. */
export type Environments = Readonly<Record<RecordWord, FilterEnvironment>>;

export function queryEnvironments(records: readonly ProtocolRecord[]): Environments {
  const traffic = trafficNames(records);
  const alone = {
    finding: ownNames("finding", findingRecord),
    retry: ownNames("retry", retryRecord),
    delivery: ownNames("delivery", deliveryRecord),
    span: ownNames("span", spanRecord),
    log: ownNames("log", logRecord),
    metric: ownNames("metric", metricRecord),
    profile: ownNames("profile", profileRecord),
  };
  const all: Environments = { connection: traffic, call: traffic, ...alone };
  const withRelated = (words: readonly RecordWord[], names: FilterEnvironment): FilterEnvironment => ({
    ...names,
    related: relatedNames(words, all),
  });
  const related = withRelated(["connection", "call"], traffic);
  return {
    ...alone,
    connection: related,
    call: related,
    span: withRelated(["span"], alone.span),
    log: withRelated(["log"], alone.log),
  };
}

/** The names of connections and calls, as filters of lists and of captures use them. */
export function filterEnvironment(records: readonly ProtocolRecord[]): FilterEnvironment {
  return queryEnvironments(records).call;
}

/** Every name, for completion. */
export function filterFields(environment: FilterEnvironment): readonly FilterField[] {
  return [...environment.fields.values()].map(({ shown }) => shown);
}

/**
 * The names of traffic: `connection.…`, `call.…`, `tcp.…` for the connection's health, `client.…` and `server.…` for its ends, and the
 * protocols' own.
 */
function trafficNames(records: readonly ProtocolRecord[]): FilterEnvironment {
  const fields = new Map<string, Known>();
  const add = (name: string, field: Field, place: Place, column?: string) => {
    if (isFilterable(field) && !fields.has(name)) fields.set(name, known(name, field, place, column));
  };
  for (const field of connectionRecord.fields)
    add(`connection.${field.name}`, field, { record: "connection", field: field.name });
  for (const field of callRecord.fields) add(`call.${field.name}`, field, { record: "call", field: field.name });
  const only = { field: "transport", equals: "tcp" } as const;
  for (const field of healthFields())
    add(`tcp.${field.name}`, field, { record: "connection", field: field.name, only });
  for (const side of ["client", "server"]) {
    for (const end of ENDS) {
      const field = connectionRecord.fields.find(({ name }) => name === side + end);
      assert(field !== undefined, `no field ${side}${end}`);
      add(`${side}.${end.toLowerCase()}`, field, { record: "connection", field: field.name });
    }
  }
  for (const field of connectionRecord.fields) {
    const { name, otel } = field as Field;
    if (otel !== undefined && OF_AN_END.test(otel)) add(otel, field, { record: "connection", field: name });
  }
  for (const { protocol, fields: own } of records) {
    for (const field of own) {
      const place: Place = {
        record: "call",
        field: "attributes",
        only: { field: "protocol", equals: protocol },
        ...(field.otel === undefined ? {} : { attribute: field.otel }),
      };
      add(`${protocol}.${field.name}`, { ...field, optional: true }, place, "attributes");
    }
  }
  const protocols = new Set(records.map(({ protocol }) => protocol));
  return { fields, protocols, maps: mapsOf("call", callRecord), related: NOTHING_RELATED };
}

/** The names of a record that stands alone: `finding.…` or `span.…`, and its edge's ends under the names that people write. */
function ownNames(record: RecordWord, definition: RecordDefinition): FilterEnvironment {
  const fields = new Map<string, Known>();
  for (const field of definition.fields) {
    if (!isFilterable(field)) continue;
    const place = { record, field: field.name } as const;
    fields.set(`${record}.${field.name}`, known(`${record}.${field.name}`, field, place));
    const end = /^(client|server)(Service|Port)$/.exec(field.name);
    const name = `${end?.[1]}.${end?.[2]?.toLowerCase()}`;
    if (end !== null) fields.set(name, known(name, field, place));
  }
  return { fields, protocols: new Set(), maps: mapsOf(record, definition), related: NOTHING_RELATED };
}

function mapsOf(record: RecordWord, { fields }: RecordDefinition): ReadonlyMap<string, MapReference> {
  const maps = fields.filter(({ type, sensitivity }) => type === "map" && sensitivity !== "secret");
  return new Map(
    maps.map((field) => [`${record}.${field.name}`, { record, field: field.name, column: columnName(field) }]),
  );
}

/** What belongs to one of these records, with the names of one of it behind the variable: `c.status`, `c.http.statusCode`. */
function relatedNames(words: readonly RecordWord[], all: Environments): ReadonlyMap<string, RelatedNames> {
  const own = RELATIONS.filter(({ on }) => words.includes(on));
  return new Map(
    own.map((relation) => {
      const { of, variable, name } = relation;
      const { fields: known, maps: knownMaps, protocols } = all[of];
      const short = (long: string) => `${variable}.${long.startsWith(`${of}.`) ? long.slice(of.length + 1) : long}`;
      const fields = new Map<string, Known>();
      for (const [long, { shown, reference }] of known) {
        // Names of traffic are shared by two records; other ones are here once, by their own name.
        if (reference.record !== of || !(long.startsWith(`${of}.`) || of === "call")) continue;
        const written = short(long);
        fields.set(written, { shown: { ...shown, name: written }, reference: { ...reference, name: written } });
      }
      const maps = new Map([...knownMaps].map(([long, map]) => [short(long), map]));
      return [name, { relation, names: { fields, protocols, maps, related: NOTHING_RELATED } }];
    }),
  );
}

const NOTHING_RELATED: ReadonlyMap<string, RelatedNames> = new Map();

function healthFields(): readonly Field[] {
  const names: readonly string[] = connectionRecord.fields.map(({ name }) => name);
  const [from, to] = [names.indexOf(FIRST_HEALTH_FIELD), names.indexOf(LAST_HEALTH_FIELD)];
  assert(from >= 0 && to > from, "the connection record has no health fields where they are expected");
  return connectionRecord.fields.slice(from, to + 1);
}
