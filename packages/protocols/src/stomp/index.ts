import { decodeLatin1 } from "@weir/base";
import type { Dissector } from "../contract.ts";
import { BODY_BYTES } from "./calls.ts";
import { probeStomp, SERVER_COMMANDS } from "./probe.ts";
import { stompRecord } from "./record.ts";
import { MAX_PENDING, StompSession } from "./session.ts";
import { MAX_COUNTED_BYTES } from "./wire.ts";

/** The longest command is UNSUBSCRIBE. */
const MAX_COMMAND_BYTES = 16;

/** STOMP 1.0, 1.1 and 1.2 over TCP. */
export const stomp: Dissector<(typeof stompRecord)["id"]> = {
  id: stompRecord.id,
  transports: ["tcp"],
  ports: [61613],
  specs: [
    "https://stomp.github.io/stomp-specification-1.2.html",
    "https://stomp.github.io/stomp-specification-1.1.html",
    "https://stomp.github.io/stomp-specification-1.0.html",
  ],
  limits: { pendingCalls: 2 * MAX_PENDING + 1, bufferedBytes: 2 * MAX_COUNTED_BYTES, bodyBytes: BODY_BYTES },
  probe: (_direction, bytes) => probeStomp(bytes),
  asks(bytes) {
    const [command = ""] = decodeLatin1(bytes, 0, Math.min(bytes.length, MAX_COMMAND_BYTES)).split(/\r?\n/);
    return !SERVER_COMMANDS.has(command);
  },
  open: (context) => new StompSession(context),
};
