import type { CallComparison, FactsEvent } from "./comparison.ts";
import { valuesOf } from "./comparison.ts";

/** Commands that are compared: those whose names are hardly values that a server answers with. */
const COMPARED =
  /^(?:AUTH|APPEND|CLIENT|CLUSTER|COMMAND|CONFIG|DECRBY|DEL|ECHO|EVAL|EVALSHA|EXEC|EXISTS|EXPIRE|GET|HELLO|HGET|HGETALL|HINCRBY|HMGET|HMSET|HSET|INCR|INCRBY|INFO|KEYS|LLEN|LPUSH|LRANGE|MGET|MSET|MULTI|PING|PSUBSCRIBE|PUBLISH|RPUSH|SADD|SCAN|SELECT|SET|SETEX|SETNX|SMEMBERS|SUBSCRIBE|TTL|TYPE|XADD|XRANGE|XREAD|ZADD|ZRANGE)$/;

/** Redis: commands and errors. tshark does not tell commands from answers: a frame of nothing but arrays of strings is of commands, and
 * inline commands it does not read. */
export const redis: CallComparison = {
  events: ["redis"],
  protocols: ["redis"],
  fromEvent: (event) => [
    ...commandsIn(event).map((value) => ({ fact: "redis.command", value })),
    ...valuesOf(event, "resp.error").map((message) => ({ fact: "resp.error", value: codeOf(message) })),
  ],
  fromCall({ operation, statusCode, attributes, requestPackets, responsePackets }) {
    const [command = ""] = operation.split(" ");
    const isCompared =
      COMPARED.test(command) &&
      attributes["weir.call.initiator"] === undefined &&
      attributes["weir.redis.inline"] === undefined;
    return [
      ...(isCompared ? [{ fact: "redis.command", value: command, frame: requestPackets[1] }] : []),
      ...(statusCode === "" || attributes["weir.redis.failed_commands"] !== undefined
        ? []
        : [{ fact: "resp.error", value: statusCode, frame: responsePackets[1] }]),
    ];
  },
};

function codeOf(message: string): string {
  return /^[A-Z][A-Z0-9_]*(?= |$)/.exec(message)?.[0] ?? "ERR";
}

/** The first string of each array, where the frame's arrays hold all its strings. */
function commandsIn(event: FactsEvent): string[] {
  const lengths = valuesOf(event, "resp.array.length").map(Number);
  const strings = valuesOf(event, "resp.bulk_string.value");
  if (lengths.length === 0 || lengths.reduce((sum, length) => sum + length, 0) !== strings.length) return [];
  let at = 0;
  return lengths.flatMap((length) => {
    const command = Buffer.from((strings[at] ?? "").replaceAll(":", ""), "hex")
      .toString("latin1")
      .toUpperCase();
    at += length;
    return COMPARED.test(command) ? [command] : [];
  });
}
