import {
  ADDRESSES,
  CONNECTION_ATTRIBUTES,
  CONNECTION_END,
  FINDING,
  FINDING_ATTRIBUTES,
  FINDING_EVIDENCE,
  INSTRUMENTS,
  OWN_ELEMENTS,
  PLACEHOLDER_ENTERPRISE,
  STANDARD_ELEMENTS,
  STANDARD_TEXTS,
} from "@weir/send";
import { code, table } from "./markdown.ts";

type Element = (typeof OWN_ELEMENTS)[number];

/** docs/reference/export.md: names of everything that is sent to others. */
export function renderExportPage(): string {
  const metrics = Object.values(INSTRUMENTS).map(({ name, kind, unit, description }) => [
    code(name),
    kind,
    code(unit),
    description,
  ]);
  const attributes = CONNECTION_ATTRIBUTES.map(({ field, attribute }) => [
    code(field.type === "map" ? `${attribute}.*` : attribute),
    field.type,
    field.meaning,
  ]);
  const findings = [
    ...FINDING_ATTRIBUTES.map(({ field, attribute }) => [code(attribute), field.type, field.meaning]),
    ...Object.entries(FINDING_EVIDENCE).map(([attribute, { type, meaning }]) => [code(attribute), type, meaning]),
  ];
  const standard = [...ADDRESSES.ipv4, ...ADDRESSES.ipv6, ...STANDARD_ELEMENTS, ...STANDARD_TEXTS];
  return [
    "# What is sent to others\n",
    "Names and numbers of what `--otlp`, `--ipfix` and `--netflow9` send: [how](../export.md).\n",
    "## Metrics\n",
    `${table(["metric", "kind", "unit", "meaning"], metrics)}\n`,
    `## ${CONNECTION_END}\n`,
    "Attributes of the log event of a connection that is over. Left out: empty texts and lists, and counts that are zero.\n",
    `${table(["attribute", "type", "meaning"], attributes)}\n`,
    `## ${FINDING}\n`,
    "Attributes of the log event of a finding; its title is the body, its last evidence's time the event's.\n",
    `${table(["attribute", "type", "meaning"], findings)}\n`,
    "## Flow records\n",
    "Elements of IANA's registry. NetFlow 9 has the same, without `applicationName`.\n",
    `${elementTable(standard)}\n`,
    `Elements of Weir's own, in IPFIX, under the enterprise number ${PLACEHOLDER_ENTERPRISE} unless told otherwise; from 16 on in records of TCP and SCTP alone. What is not known is the largest number of its type.\n`,
    `${elementTable(OWN_ELEMENTS)}\n`,
  ].join("\n");
}

function elementTable(elements: readonly Element[]): string {
  return table(
    ["number", "element", "type", "meaning"],
    elements.map(({ number, name, type, meaning }) => [String(number), code(name), type, meaning]),
  );
}
