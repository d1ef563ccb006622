import type { Dissector } from "../contract.ts";
import { BUFFERED_BYTES, beginsFrame, FRAME_HEADER_BYTES, FrameType, Protocol } from "./framing.ts";
import { parseHeader1, parseHeader2 } from "./header.ts";
import { smbRecord } from "./record.ts";
import { SmbSession } from "./session.ts";
import { MAX_PENDING } from "./version2.ts";

/** SMB over TCP: versions 2 and 3, and version 1 (CIFS); directly or over NetBIOS's session service. */
export const smb: Dissector<(typeof smbRecord)["id"]> = {
  id: smbRecord.id,
  transports: ["tcp"],
  ports: [445, 139],
  specs: [
    "https://learn.microsoft.com/openspecs/windows_protocols/ms-smb2/",
    "https://learn.microsoft.com/openspecs/windows_protocols/ms-cifs/",
    "https://learn.microsoft.com/openspecs/windows_protocols/ms-erref/",
    "RFC 1002",
  ],
  limits: { pendingCalls: 2 * MAX_PENDING, bufferedBytes: BUFFERED_BYTES, bodyBytes: 0 },
  probe: (_direction, bytes) => beginsFrame(bytes),
  asks(bytes) {
    if (bytes[0] === FrameType.sessionRequest) return true;
    const message = bytes.subarray(FRAME_HEADER_BYTES);
    const header = message[0] === Protocol.smb1 ? parseHeader1(message) : undefined;
    const known = message[0] === Protocol.smb2 ? parseHeader2(message) : header;
    return known === undefined ? undefined : !known.isResponse;
  },
  open: (context) => new SmbSession(context),
};
