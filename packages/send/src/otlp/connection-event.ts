import { formatEndpoint } from "@weir/base";
import { type Connection, connectionRecord, type Field, NOT_ESTABLISHED, snakeCase } from "@weir/model";
import type { Attributes, OutgoingLog } from "@weir/receive";
import { attributesOf, type NamedAttribute } from "./attributes.ts";

/** Name of the event that says that a connection is over, with all that is known of it. */
export const CONNECTION_END = "weir.connection.end";

const INFORMATION = { severityNumber: 9, severityText: "INFO" } as const;
const WARNING = { severityNumber: 13, severityText: "WARN" } as const;
/** Places in a capture, which nobody else has. */
const PLACES = /^(first|last)(Packet|FileOffset)$|StallPacket$|^throughputBucketNs$/;

/** The connection's fields with the attributes that they become: OpenTelemetry's name, else `weir.connection.` and the field's. */
export const CONNECTION_ATTRIBUTES: readonly NamedAttribute[] = connectionRecord.fields
  .filter(({ name, type }: Field) => type !== "int[]" && type !== "time" && !PLACES.test(name))
  .map((field: Field) => ({ field, attribute: field.otel ?? `weir.connection.${snakeCase(field.name)}` }));

/** What Kubernetes says of the client is its resource's, too. */
const RESOURCE: readonly NamedAttribute[] = CONNECTION_ATTRIBUTES.flatMap(({ field, attribute }) => {
  const [, name] = /^client\.((?:k8s|cloud)\..*)$/.exec(attribute) ?? [];
  return name === undefined ? [] : [{ field, attribute: name }];
});

/** The resource that a connection's client is: its service, and its place in a cluster. */
export function clientResource(connection: Connection): Attributes {
  const { clientService, clientAddress } = connection;
  return { "service.name": clientService || clientAddress || "unknown", ...attributesOf(RESOURCE, connection) };
}

/** A connection that is over as an event of OpenTelemetry's logs. `observedNs`: when Weir knew. */
export function connectionEvent(connection: Connection, version: string, observedNs: bigint): OutgoingLog {
  return {
    resource: clientResource(connection),
    scope: { name: "weir", version },
    eventName: CONNECTION_END,
    atNs: connection.startedAt + BigInt(Math.round(connection.durationNs)),
    observedNs,
    ...(isFailure(connection) ? WARNING : INFORMATION),
    body: sentenceOf(connection),
    attributes: attributesOf(CONNECTION_ATTRIBUTES, connection),
  };
}

/** True where it never came to work. */
export function isFailure({ closeReason }: Connection): boolean {
  return NOT_ESTABLISHED.includes(closeReason);
}

function sentenceOf(connection: Connection): string {
  const { transport, clientService, clientAddress, serverService, serverAddress, serverPort, closeReason } = connection;
  const client = clientService || clientAddress || "several";
  return `${transport} ${client} to ${formatEndpoint(serverService || serverAddress || "several", serverPort)}: ${closeReason}`;
}
