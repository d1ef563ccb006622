import { sha256 } from "@noble/hashes/sha2.js";
import { toHex } from "@weir/base";
import { type CallStatus, Direction, type EndReason, type GradeReason } from "@weir/model";
import type { CallDraft } from "../call-draft.ts";
import { present } from "../common/passage.ts";
import { unanswered } from "../common/unanswered.ts";
import { disagreement, hassh } from "./algorithms.ts";
import type { Handshake, Side } from "./handshake.ts";
import { reasonName, statusOfReason } from "./names.ts";
import { isVersion1 } from "./wire.ts";

const MAX_TEXT = 255;

/**
 * A handshake as a call: the client's request ends where it has sent its part of the key exchange, the server's response begins with its own part and ends
 * with NEWKEYS. Undefined where neither side said anything.
 */
export function handshakeCall(handshake: Handshake, reason: EndReason): CallDraft | undefined {
  const [client, server] = handshake.sides;
  const first = client.first ?? server.first;
  if (first === undefined) return undefined;
  const { status, statusCode, gradeReasons } = outcomeOf(handshake, reason);
  const isAnswered = server.first !== undefined && client.first !== undefined;
  return {
    operation: "handshake",
    target: server.identification?.software.slice(0, MAX_TEXT) ?? "",
    status,
    statusCode,
    requestFirst: first,
    requestLast: client.method?.last ?? client.last ?? first,
    responseFirst: isAnswered ? (server.method?.first ?? server.first) : undefined,
    responseLast: isAnswered ? (server.newKeys?.last ?? server.last) : undefined,
    requestBytes: client.bytes,
    responseBytes: server.bytes,
    attributes: attributesOf(handshake),
    ending: endingOf(handshake),
    gradeReasons: handshake.hasGap === true ? [...gradeReasons, "missingSegments"] : gradeReasons,
  };
}

interface Outcome {
  readonly status: CallStatus;
  readonly statusCode: string;
  readonly gradeReasons: readonly GradeReason[];
}

function outcomeOf({ sides, agreed, disconnect }: Handshake, reason: EndReason): Outcome {
  const [client, server] = sides;
  const isVersion1Known =
    sides.every(({ identification }) => identification !== undefined) && sides.some(speaksVersion1);
  if (client.newKeys !== undefined || server.newKeys !== undefined || isVersion1Known)
    return { status: "ok", statusCode: "", gradeReasons: [] };
  if (disconnect !== undefined) {
    const { reason: why } = disconnect;
    return { status: statusOfReason(why), statusCode: reasonName(why), gradeReasons: [] };
  }
  const lacking = agreed === undefined ? undefined : disagreement(agreed);
  if (lacking !== undefined) return { status: "clientError", statusCode: "noCommonAlgorithm", gradeReasons: [] };
  // A server that says something else than who it is does not want to talk.
  if (server.line !== undefined && server.identification === undefined)
    return { status: "serverError", statusCode: "refused", gradeReasons: [] };
  return { statusCode: "", ...unanswered(reason) };
}

function speaksVersion1({ identification }: Side): boolean {
  return identification !== undefined && isVersion1(identification);
}

function endingOf({ disconnect }: Handshake): CallDraft["ending"] {
  if (disconnect === undefined) return undefined;
  return { by: disconnect.direction === Direction.toServer ? "client" : "server", mark: disconnect.mark };
}

function attributesOf({ sides: [client, server], agreed, methodReply, disconnect }: Handshake): Record<string, string> {
  const lacking = agreed === undefined ? undefined : disagreement(agreed);
  return present({
    "weir.ssh.protocol_version": server.identification?.protocolVersion ?? client.identification?.protocolVersion,
    "weir.ssh.client_software": softwareOf(client),
    "weir.ssh.server_software": softwareOf(server),
    "weir.ssh.kex_algorithm": agreed?.kex,
    "weir.ssh.host_key_algorithm": agreed?.hostKey,
    "weir.ssh.cipher_to_server": agreed?.cipherToServer,
    "weir.ssh.cipher_to_client": agreed?.cipherToClient,
    "weir.ssh.mac_to_server": agreed?.macToServer,
    "weir.ssh.mac_to_client": agreed?.macToClient,
    "weir.ssh.compression_to_server": agreed?.compressionToServer,
    "weir.ssh.compression_to_client": agreed?.compressionToClient,
    "weir.ssh.disagreement": lacking,
    "weir.ssh.host_key_sha256":
      methodReply !== undefined && server.newKeys !== undefined ? toHex(sha256(methodReply)) : undefined,
    "weir.ssh.client_hassh": client.kexInit === undefined ? undefined : hassh(client.kexInit, "client"),
    "weir.ssh.server_hassh": server.kexInit === undefined ? undefined : hassh(server.kexInit, "server"),
    "weir.ssh.server_line": server.line?.slice(0, MAX_TEXT),
    "weir.ssh.disconnect_reason": disconnect === undefined ? undefined : reasonName(disconnect.reason),
    "weir.ssh.disconnect_message": disconnect === undefined || disconnect.text === "" ? undefined : disconnect.text,
  });
}

function softwareOf({ identification }: Side): string | undefined {
  return identification?.software.slice(0, MAX_TEXT);
}
