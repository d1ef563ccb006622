import type { CallStatus } from "@weir/model";

/** `ServerError` of PulsarApi.proto, by its numbers. */
const NAMES =
  `UnknownError MetadataError PersistenceError AuthenticationError AuthorizationError ConsumerBusy ServiceNotReady
ProducerBlockedQuotaExceededError ProducerBlockedQuotaExceededException ChecksumError UnsupportedVersionError TopicNotFound
SubscriptionNotFound ConsumerNotFound TooManyRequests TopicTerminatedError ProducerBusy InvalidTopicName IncompatibleSchema
ConsumerAssignError TransactionCoordinatorNotFound InvalidTxnStatus NotAllowedError TransactionConflict
TransactionNotFound ProducerFenced`.split(/\s+/);

/** What the broker could not do; the others are for the client to change. */
const SERVER_ERRORS = new Set(
  `UnknownError MetadataError PersistenceError ServiceNotReady ProducerBlockedQuotaExceededError
ProducerBlockedQuotaExceededException TooManyRequests ConsumerAssignError TransactionCoordinatorNotFound`.split(/\s+/),
);

/** Name of an error; its number where it has none. */
export function errorName(code: number): string {
  return NAMES[code] ?? String(code);
}

/** Whose fault an error is. One without a name is taken for the broker's. */
export function statusOfError(code: number): CallStatus {
  const name = NAMES[code];
  return name === undefined || SERVER_ERRORS.has(name) ? "serverError" : "clientError";
}
