import { type Field, flowRecord, profileRecord, RECORDS, REPORTED_RECORDS, stackRecord } from "@weir/model";
import { PROTOCOL_RECORDS } from "@weir/protocols/records";
import { code, table } from "./markdown.ts";

const HEADING = ["field", "type", "meaning", "OpenTelemetry", "Wireshark"];

/** docs/reference/fields.md: every field of every record. */
export function renderFieldsPage(): string {
  const records = [...RECORDS, flowRecord, ...REPORTED_RECORDS, profileRecord, stackRecord].map(
    (record) =>
      `## ${record.name}\n\n${record.meaning} Table \`${record.table}\`.\n\n${table(
        HEADING,
        record.fields.map((field) => row(field, field.name)),
      )}\n`,
  );
  const protocols = PROTOCOL_RECORDS.map(
    (record) =>
      `## ${record.protocol}\n\nFields of ${record.name} calls, in the call's \`attributes\`.\n\n${table(
        HEADING,
        record.fields.map((field) => row(field, `${record.protocol}.${field.name}`)),
      )}\n`,
  );
  return [
    "# Fields\n",
    "The words of records, filters, JSON and SQL (there in snake_case; spans, logs and metrics have the columns of the OpenTelemetry Collector's tables). Absent is not zero: an optional field (marked ?) is left out where it is unknown.\n",
    ...records,
    ...protocols,
  ].join("\n");
}

function row(field: Field, name: string): readonly string[] {
  const type = `${field.type}${field.optional ? "?" : ""}${field.unit === undefined ? "" : `, ${field.unit}`}`;
  const values = field.values === undefined ? "" : ` (${field.values.join(", ")})`;
  return [code(name), type, field.meaning + values, code(field.otel), code(field.wireshark)];
}
