import { rcodeName, typeName } from "../../../packages/protocols/src/common/dns/names.ts";
import { type CallComparison, valuesOf } from "./comparison.ts";

/** The facts keep the first 200 characters; of names in binary, tshark's are shorter. */
const COMPARED_CHARACTERS = 100;

/** DNS, mDNS and LLMNR: questions by id, name and type; answers by id, response code and count of records. */
export const dns: CallComparison = {
  events: ["dns", "mdns", "llmnr"],
  protocols: ["dns"],
  fromEvent(event) {
    const ids = valuesOf(event, "dns.id").map((id) => String(Number(id)));
    const names = valuesOf(event, "dns.qry.name");
    const types = valuesOf(event, "dns.qry.type");
    const rcodes = valuesOf(event, "dns.flags.rcode");
    const counts = valuesOf(event, "dns.count.answers");
    let response = 0;
    return valuesOf(event, "dns.flags.response").map((isResponse, index) => {
      const id = ids[index] ?? "";
      if (isResponse === "0")
        // Of several messages with several questions each the facts do not tell which name belongs to which: the first is right for one of each.
        return { fact: "dns.query", value: `${id} ${comparable(names[index] ?? "")} ${nameOfType(types[index])}` };
      const rcode = rcodeName(Number(rcodes[response++] ?? 0));
      return { fact: "dns.response", value: `${id} ${rcode} ${counts[index] ?? "0"}` };
    });
  },
  fromCall({ attributes, requestBytes, requestPackets, responsePackets, target }) {
    const id = attributes["weir.dns.id"] ?? "";
    const rcode = attributes["weir.dns.response.code"];
    const type = attributes["weir.dns.question.type"] ?? "";
    // Over HTTPS tshark sees the messages of bodies, not those of targets.
    const isInTarget = attributes["weir.dns.over"] !== undefined && attributes["http.request.body.size"] === "0";
    const queries = requestBytes > 0 && !isInTarget ? Number(attributes["weir.dns.attempts"] ?? 1) : 0;
    const query = { fact: "dns.query", value: `${id} ${comparable(target)} ${type}`, frame: requestPackets[1] };
    const response = {
      fact: "dns.response",
      value: `${id} ${HEADER_RCODES[rcode ?? ""] ?? rcode} ${attributes["weir.dns.answer.count"] ?? "0"}`,
      frame: responsePackets[1],
    };
    return [...Array.from({ length: queries }, () => query), ...(rcode === undefined ? [] : [response])];
  },
};

/** Codes that need more bits than the header has (RFC 6891 §6.1.3), as the header alone says them. */
const HEADER_RCODES: Readonly<Record<string, string>> = { BADVERS: "NOERROR", BADKEY: "FORMERR", BADTIME: "SERVFAIL" };

function nameOfType(type: string | undefined): string {
  return type === undefined ? "" : typeName(Number(type));
}

/** tshark writes the root in words, names without the dot behind them, and bytes that are no text as they are; Weir as RFC 4343 §2.1 says. */
function comparable(name: string): string {
  if (name === "." || name === "<Root>") return "";
  return name
    .replace(/\.$/, "")
    .replace(/(?:\\\d{3}|[^ -~]|\?)+/g, "?")
    .replaceAll("\\", "")
    .slice(0, COMPARED_CHARACTERS);
}
