import { field } from "@weir/model";
import type { ProtocolRecord } from "../contract.ts";

const text = (name: string, meaning: string, otel: string) =>
  field(name, "string", meaning, { otel, optional: true, cardinality: "few" });

/** What SSH calls carry. */
export const sshRecord = {
  id: "ssh",
  protocol: "ssh",
  name: "SSH",
  fields: [
    text("version", "Version of the protocol that the server speaks; 1.99: both", "weir.ssh.protocol_version"),
    text("clientSoftware", "What the client says it is", "weir.ssh.client_software"),
    text("serverSoftware", "What the server says it is", "weir.ssh.server_software"),
    text("kex", "Method of the key exchange", "weir.ssh.kex_algorithm"),
    text("hostKeyAlgorithm", "Kind of the server's key", "weir.ssh.host_key_algorithm"),
    text("cipherToServer", "Cipher, from client to server", "weir.ssh.cipher_to_server"),
    text("cipherToClient", "Cipher, from server to client", "weir.ssh.cipher_to_client"),
    text("macToServer", "Message authentication; implicit: the cipher does it", "weir.ssh.mac_to_server"),
    text("macToClient", "The same, from server to client", "weir.ssh.mac_to_client"),
    text("compressionToServer", "Compression, from client to server", "weir.ssh.compression_to_server"),
    text("compressionToClient", "Compression, from server to client", "weir.ssh.compression_to_client"),
    text("disagreement", "The first kind of algorithm of which the sides have none in common", "weir.ssh.disagreement"),
    field("hostKey", "string", "SHA-256 of the server's key, hexadecimal", {
      otel: "weir.ssh.host_key_sha256",
      optional: true,
    }),
    text("clientHassh", "HASSH: the client's algorithms as one number", "weir.ssh.client_hassh"),
    text("serverHassh", "The same of the server", "weir.ssh.server_hassh"),
    text("serverLine", "What the server says before or instead of its identification", "weir.ssh.server_line"),
    text("disconnectReason", "Why a side disconnected before all was encrypted", "weir.ssh.disconnect_reason"),
    text("disconnectMessage", "The same in its words", "weir.ssh.disconnect_message"),
  ],
} as const satisfies ProtocolRecord;
