export { formatEndpoint, formatIpv4, formatIpv6 } from "./address.ts";
export { ByteQueue, completionOf, type Mark } from "./byte-queue.ts";
export { assert, assertNever, ensure, WeirError, type WeirErrorCode } from "./errors.ts";
export { PackReader, PackWriter } from "./packed-text.ts";
export { decodeLatin1, decodeUtf8, encodeUtf8, toHex, tryDecodeUtf8 } from "./text.ts";
export {
  type DurationNs,
  formatBytes,
  formatCount,
  formatDurationNs,
  formatMeasured,
  formatRatio,
  formatUnixNs,
  NS_PER_MS,
  NS_PER_S,
  NS_PER_US,
  type OffsetNs,
  parseUnixNs,
  type UnixNs,
  unixNsAt,
} from "./units.ts";
