import { type Call, callRecord, fromJsonRecord } from "@weir/model";
import { PROTOCOL_RECORDS } from "@weir/protocols/records";
import { SPAN_FIELDS } from "@weir/send";

/** Of protocols' attributes those that name a span, tell its kind, and say how it ended: a question has room for few. */
const ASKED: ReadonlySet<string> = new Set([
  "http.request.method",
  "http.response.status_code",
  "url.path",
  "rpc.method",
  "db.query.summary",
  "messaging.destination.name",
  "messaging.operation.type",
]);
const OWN = SPAN_FIELDS.filter((name) => name !== "attributes");
/** Attributes by the names that questions have for them: `grpc.method`. */
const ATTRIBUTES: ReadonlyMap<string, string> = new Map(
  PROTOCOL_RECORDS.flatMap(({ protocol, fields }) =>
    fields.flatMap(({ name, otel }) => (ASKED.has(otel) ? [[`${protocol}.${name}`, otel] as const] : [])),
  ),
);

/** What a question about calls asks for, so that they become spans. */
export const CALL_FIELDS: readonly string[] = [...OWN.map((name) => `call.${name}`), ...ATTRIBUTES.keys()];

/** The call of an answer's row. Fields that a span is not made of are not there. */
export function callOf(cells: readonly unknown[]): Call {
  const told = OWN.flatMap((name, at) => (cells[at] === null ? [] : [[name, cells[at]] as const]));
  const attributes = [...ATTRIBUTES.values()].flatMap((name, at) => {
    const cell = cells[OWN.length + at] ?? "";
    return cell === "" ? [] : [[name, String(cell)] as const];
  });
  return fromJsonRecord<Call>(callRecord, { ...Object.fromEntries(told), attributes: Object.fromEntries(attributes) });
}
