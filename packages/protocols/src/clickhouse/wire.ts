/** Revisions of the protocol (`ProtocolDefines.h`) from which on a message has something more. */
export const Revision = {
  clientInfo: 54032,
  quotaKey: 54060,
  versionPatch: 54401,
  clientWriteInfo: 54420,
  settingsAsStrings: 54429,
  interserverSecret: 54441,
  openTelemetry: 54442,
  forwardedFor: 54443,
  referer: 54447,
  distributedDepth: 54448,
  initialQueryStartTime: 54449,
  parallelReplicas: 54453,
  customSerialization: 54454,
  addendum: 54458,
  parameters: 54459,
  queryTimeInProgress: 54460,
  totalBytesInProgress: 54463,
  readOnlyCheck: 54467,
  rowsBeforeAggregation: 54469,
  chunkedPackets: 54470,
  parallelReplicasVersion: 54471,
  externalRoles: 54472,
  queryAndLineNumbers: 54475,
  jwt: 54476,
  compressedLogs: 54481,
} as const;
/** Revisions that are believed to be one. */
export const MIN_REVISION = 50_000;
export const MAX_REVISION = 60_000;

/** Packets of clients (`Protocol::Client`). */
export const ClientPacket = {
  hello: 0,
  query: 1,
  data: 2,
  cancel: 3,
  ping: 4,
  tablesStatusRequest: 5,
  keepAlive: 6,
  scalar: 7,
  ignoredPartUuids: 8,
} as const;

/** Packets of servers (`Protocol::Server`). */
export const ServerPacket = {
  hello: 0,
  data: 1,
  exception: 2,
  progress: 3,
  pong: 4,
  endOfStream: 5,
  profileInfo: 6,
  totals: 7,
  extremes: 8,
  tablesStatusResponse: 9,
  log: 10,
  tableColumns: 11,
  partUuids: 12,
  readTaskRequest: 13,
  profileEvents: 14,
  timezoneUpdate: 17,
} as const;
