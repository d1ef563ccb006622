import { field } from "@weir/model";
import type { ProtocolRecord } from "../contract.ts";

const few = { optional: true, cardinality: "few" } as const;
const internal = (name: string, meaning: string, otel: string) =>
  field(name, "string", meaning, { otel, optional: true, cardinality: "many", sensitivity: "internal" });

/** What DHCP calls carry, of both versions. */
export const dhcpRecord = {
  id: "dhcp",
  protocol: "dhcp",
  name: "DHCP",
  fields: [
    field("version", "int", "4, or 6 for DHCPv6", { otel: "weir.dhcp.version", ...few }),
    field("transactionId", "string", "Transaction id, hexadecimal", {
      otel: "weir.dhcp.transaction_id",
      optional: true,
    }),
    internal("clientId", "The client's hardware address, or its DUID in hexadecimal", "weir.dhcp.client_id"),
    internal("requestedAddress", "Address that the client asks for or has", "weir.dhcp.requested_address"),
    internal("assignedAddress", "Addresses and prefixes that the server offers or gives", "weir.dhcp.assigned_address"),
    internal("serverId", "The server's address, or its DUID in hexadecimal", "weir.dhcp.server_id"),
    internal("relayAddress", "Address of the relay on the client's network", "weir.dhcp.relay_address"),
    field("leaseSeconds", "int", "How long the address may be used", { otel: "weir.dhcp.lease_seconds", ...few }),
    internal("hostName", "Name that the client says it has", "weir.dhcp.host_name"),
    internal("vendorClass", "What kind of client it says it is", "weir.dhcp.vendor_class"),
    internal("message", "What the server says about a refusal", "weir.dhcp.message"),
    internal("routers", "Routers that the client is told", "weir.dhcp.routers"),
    internal("nameServers", "Name servers that the client is told", "weir.dhcp.name_servers"),
    field("attempts", "int", "How often the request was sent", { otel: "weir.dhcp.attempts", ...few }),
    field("replyNumber", "int", "Which answer to the same request it is, from 2 on: several servers answer", {
      otel: "weir.dhcp.reply_number",
      ...few,
    }),
    field("initiator", "string", "server: it asks the client to renew", { otel: "weir.call.initiator", ...few }),
  ],
} as const satisfies ProtocolRecord;
