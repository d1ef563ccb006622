import { CATALOG } from "@weir/protocols";
import { PROTOCOL_RECORDS } from "@weir/protocols/records";
import { code, table } from "./markdown.ts";

/** docs/reference/protocols.md: what is read, by which definitions, within which limits. */
export function renderProtocolsPage(): string {
  const rows = CATALOG.map((dissector) => {
    const record = PROTOCOL_RECORDS.find(({ id }) => id === dissector.id);
    const { pendingCalls, bufferedBytes, bodyBytes } = dissector.limits;
    return [
      record?.name ?? dissector.id,
      code(record?.protocol),
      dissector.transports.join(", "),
      dissector.specs.join(", "),
      `${pendingCalls} calls pending, ${bufferedBytes} bytes buffered, ${bodyBytes} bytes of a body`,
      `[${dissector.id}](../../packages/protocols/src/${dissector.id}/README.md)`,
    ];
  });
  return [
    "# Protocols\n",
    "Recognised by their bytes; ports only order the tries.\n",
    `${table(["protocol", "word in filters", "over", "definitions", "limits per connection", "what is decoded, what is not"], rows)}\n`,
  ].join("\n");
}
