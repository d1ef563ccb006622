/** Where a command has its first key: the number of the argument (the command itself is 0), or how to find it. */
type KeyPlace = number | "none" | "streams" | "counted" | "subcommand" | "unknown";

/** What is to be known of a command to read a call of it. */
export interface Command {
  /** In capitals. */
  readonly name: string;
  readonly key: KeyPlace;
  /** Arguments that are to be kept, the command included; of what stands behind them only the number counts. */
  readonly keptArguments: number;
  /** The server may wait before it answers: that takes no work. */
  readonly isBlocking: boolean;
  /** It is answered once for each channel. */
  readonly isSubscription: boolean;
}

/** Arguments of any command that are kept at most: `STREAMS` and its first key stand that far behind in XREADGROUP. */
export const MAX_KEPT_ARGUMENTS = 14;
const LONGEST_NAME = 32;

const KEY_FIRST = `
  GET SET SETEX PSETEX SETNX GETSET GETDEL GETEX APPEND STRLEN SUBSTR GETRANGE SETRANGE INCR DECR INCRBY DECRBY INCRBYFLOAT MGET MSET MSETNX LCS DEL
  UNLINK EXISTS TYPE TTL PTTL EXPIRE PEXPIRE EXPIREAT PEXPIREAT EXPIRETIME PEXPIRETIME PERSIST RENAME RENAMENX COPY MOVE DUMP RESTORE RESTORE-ASKING TOUCH
  SORT SORT_RO WATCH KEYS GETBIT SETBIT BITCOUNT BITPOS BITFIELD BITFIELD_RO PFADD PFCOUNT PFMERGE PFDEBUG
  HGET HSET HSETNX HMGET HMSET HDEL HLEN HSTRLEN HEXISTS HKEYS HVALS HGETALL HINCRBY HINCRBYFLOAT HRANDFIELD HSCAN HEXPIRE HPEXPIRE HEXPIREAT HPEXPIREAT HTTL
  HPTTL HPERSIST HEXPIRETIME HPEXPIRETIME HGETDEL HGETEX HSETEX
  LPUSH LPUSHX RPUSH RPUSHX LPOP RPOP LLEN LINDEX LINSERT LSET LREM LTRIM LRANGE LPOS LMOVE RPOPLPUSH
  SADD SREM SCARD SISMEMBER SMISMEMBER SMEMBERS SPOP SRANDMEMBER SMOVE SSCAN SDIFF SDIFFSTORE SINTER SINTERSTORE SUNION SUNIONSTORE
  ZADD ZREM ZCARD ZCOUNT ZSCORE ZMSCORE ZRANK ZREVRANK ZINCRBY ZRANGE ZRANGESTORE ZREVRANGE ZRANGEBYSCORE ZREVRANGEBYSCORE ZRANGEBYLEX ZREVRANGEBYLEX
  ZLEXCOUNT ZREMRANGEBYRANK ZREMRANGEBYSCORE ZREMRANGEBYLEX ZPOPMIN ZPOPMAX ZRANDMEMBER ZSCAN ZUNIONSTORE ZINTERSTORE ZDIFFSTORE
  GEOADD GEODIST GEOHASH GEOPOS GEORADIUS GEORADIUS_RO GEORADIUSBYMEMBER GEORADIUSBYMEMBER_RO GEOSEARCH GEOSEARCHSTORE
  XADD XLEN XRANGE XREVRANGE XDEL XDELEX XTRIM XACK XACKDEL XCLAIM XAUTOCLAIM XPENDING XSETID
  VADD VCARD VDIM VEMB VGETATTR VINFO VISMEMBER VLINKS VRANDMEMBER VREM VSETATTR VSIM
  PUBLISH SPUBLISH SELECT`;
const SUBSCRIPTIONS = "SUBSCRIBE UNSUBSCRIBE PSUBSCRIBE PUNSUBSCRIBE SSUBSCRIBE SUNSUBSCRIBE";
const BLOCKING_KEY_FIRST = "BLPOP BRPOP BLMOVE BRPOPLPUSH BZPOPMIN BZPOPMAX";
const KEY_SECOND = "BITOP";
const COUNTED_FIRST = "ZUNION ZINTER ZDIFF ZINTERCARD SINTERCARD LMPOP ZMPOP";
const COUNTED_SECOND = "EVAL EVAL_RO EVALSHA EVALSHA_RO FCALL FCALL_RO";
const BLOCKING_COUNTED_SECOND = "BLMPOP BZMPOP";
const STREAMS = "XREAD XREADGROUP";
/** Commands whose second word says what they do; of some the third is a key. */
const CONTAINERS = `ACL CLIENT CLUSTER COMMAND CONFIG DEBUG FUNCTION LATENCY MEMORY MODULE OBJECT PUBSUB SCRIPT SENTINEL SLOWLOG XGROUP XINFO FT.CONFIG`;
const WITHOUT_KEY = `
  AUTH HELLO PING ECHO QUIT RESET INFO TIME ROLE DBSIZE FLUSHALL FLUSHDB SWAPDB RANDOMKEY SCAN SAVE BGSAVE BGREWRITEAOF LASTSAVE SHUTDOWN MULTI EXEC
  DISCARD UNWATCH MONITOR ASKING READONLY READWRITE SLAVEOF REPLICAOF SYNC PSYNC REPLCONF FAILOVER LOLWUT PFSELFTEST MIGRATE`;
const BLOCKING_WITHOUT_KEY = "WAIT WAITAOF";

function* commands(): Generator<Command> {
  const all: readonly (readonly [names: string, key: KeyPlace, keptArguments: number, isBlocking: boolean])[] = [
    [KEY_FIRST, 1, 2, false],
    [SUBSCRIPTIONS, 1, 2, false],
    [BLOCKING_KEY_FIRST, 1, 2, true],
    [KEY_SECOND, 2, 3, false],
    [COUNTED_FIRST, 2, 3, false],
    [COUNTED_SECOND, "counted", 4, false],
    [BLOCKING_COUNTED_SECOND, 3, 4, true],
    [STREAMS, "streams", MAX_KEPT_ARGUMENTS, false],
    [CONTAINERS, "subcommand", 3, false],
    [WITHOUT_KEY, "none", 2, false],
    [BLOCKING_WITHOUT_KEY, "none", 1, true],
  ];
  for (const [names, key, keptArguments, isBlocking] of all)
    for (const name of names.trim().split(/\s+/))
      yield { name, key, keptArguments, isBlocking, isSubscription: names === SUBSCRIPTIONS };
}

/** Hash table by the bytes of a name: a command is found without making a text of it. */
const SLOTS = 2048;
const table: (Command | undefined)[] = new Array<Command | undefined>(SLOTS).fill(undefined);
for (const command of commands()) {
  const bytes = Uint8Array.from(command.name, (letter) => letter.charCodeAt(0));
  let slot = slotOf(bytes, 0, bytes.length);
  while (table[slot] !== undefined) slot = (slot + 1) % SLOTS;
  table[slot] = command;
}

/** The command whose name stands from `from` to `to`, in whatever case; undefined for none that is known here. */
export function findCommand(bytes: Uint8Array, from: number, to: number): Command | undefined {
  if (to - from > LONGEST_NAME || to <= from) return undefined;
  for (let slot = slotOf(bytes, from, to); ; slot = (slot + 1) % SLOTS) {
    const command = table[slot];
    if (command === undefined || isNamed(command.name, bytes, from, to)) return command;
  }
}

const OTHER_NAME = /^[A-Za-z][A-Za-z0-9._-]{0,39}$/;
/** Modules' commands have their module's name in front (`JSON.GET`), and their key behind. */
const MODULE_NAME = /^[A-Z]+\./;

/** A command that is not listed: its name is believed where it looks like one. */
export function unlistedCommand(name: string): Command {
  const isName = OTHER_NAME.test(name);
  const word = isName ? name.toUpperCase() : "unknown";
  const key = MODULE_NAME.test(word) ? 1 : "unknown";
  return { name: word, key, keptArguments: 2, isBlocking: false, isSubscription: false };
}

/** Lower case and capitals hash to the same: their bytes differ in one bit. */
function slotOf(bytes: Uint8Array, from: number, to: number): number {
  let hash = to - from;
  for (let at = from; at < to; at += 1) hash = (hash * 31 + ((bytes[at] ?? 0) & 0xdf)) & 0xffffff;
  return hash % SLOTS;
}

function isNamed(name: string, bytes: Uint8Array, from: number, to: number): boolean {
  if (name.length !== to - from) return false;
  for (let at = 0; at < name.length; at += 1) {
    const byte = bytes[from + at] ?? 0;
    const capital = byte >= 0x61 && byte <= 0x7a ? byte - 32 : byte;
    if (capital !== name.charCodeAt(at)) return false;
  }
  return true;
}
