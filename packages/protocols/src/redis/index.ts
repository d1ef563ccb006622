import type { Dissector } from "../contract.ts";
import { redisRecord } from "./record.ts";
import { MAX_PENDING, RedisSession } from "./session.ts";
import { beginsCommand, beginsInline, beginsReply, isKnownCommand } from "./wire.ts";

/** Lines, kept elements and their beginnings: nothing longer is held. */
const BUFFERED_BYTES = 16 << 10;
/** Masked command, or an error's text. */
const BODY_BYTES = 1024;

/** Redis and what speaks its protocol: RESP2 and RESP3. */
export const redis: Dissector<(typeof redisRecord)["id"]> = {
  id: redisRecord.id,
  transports: ["tcp"],
  ports: [6379, 6380, 26379, 16379],
  specs: [
    "https://redis.io/docs/latest/develop/reference/protocol-spec/",
    "https://github.com/redis/redis-specifications",
  ],
  limits: { pendingCalls: MAX_PENDING, bufferedBytes: BUFFERED_BYTES, bodyBytes: BODY_BYTES },
  probe(_direction, bytes) {
    const command = beginsCommand(bytes);
    if (command !== "noMatch") return command;
    const reply = beginsReply(bytes, true);
    return reply === "noMatch" ? beginsInline(bytes) : reply;
  },
  asks(bytes) {
    if (beginsCommand(bytes) !== "match") return false;
    return isKnownCommand(bytes) ? true : undefined;
  },
  open: (context, rest) => new RedisSession(context, rest),
};
