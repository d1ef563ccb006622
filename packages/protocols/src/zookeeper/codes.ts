import type { CallStatus } from "@weir/model";

/** Operations (`ZooDefs.OpCode`), named as there. */
export const OpCode = {
  create: 1,
  delete: 2,
  exists: 3,
  getData: 4,
  setData: 5,
  getACL: 6,
  setACL: 7,
  getChildren: 8,
  sync: 9,
  ping: 11,
  getChildren2: 12,
  check: 13,
  multi: 14,
  create2: 15,
  reconfig: 16,
  checkWatches: 17,
  removeWatches: 18,
  createContainer: 19,
  deleteContainer: 20,
  createTTL: 21,
  multiRead: 22,
  auth: 100,
  setWatches: 101,
  sasl: 102,
  getEphemerals: 103,
  getAllChildrenNumber: 104,
  setWatches2: 105,
  addWatch: 106,
  whoAmI: 107,
  closeSession: -11,
  error: -1,
} as const;

const OPERATIONS: ReadonlyMap<number, string> = new Map(Object.entries(OpCode).map(([name, code]) => [code, name]));

/** Name of an operation; undefined where a client can ask for none such. */
export function operationName(opcode: number): string | undefined {
  return opcode === OpCode.error ? undefined : OPERATIONS.get(opcode);
}

/** Transaction ids of what is not a request of the application's (`ClientCnxn`). */
export const Xid = { notification: -1, ping: -2, auth: -4, setWatches: -8 } as const;
export const LOWEST_XID = Xid.setWatches;

/** Errors (`KeeperException.Code`), with whose fault they are. */
const ERRORS: ReadonlyMap<number, readonly [string, CallStatus]> = new Map([
  [0, ["OK", "ok"]],
  [-1, ["SYSTEMERROR", "serverError"]],
  [-2, ["RUNTIMEINCONSISTENCY", "serverError"]],
  [-3, ["DATAINCONSISTENCY", "serverError"]],
  [-4, ["CONNECTIONLOSS", "serverError"]],
  [-5, ["MARSHALLINGERROR", "clientError"]],
  [-6, ["UNIMPLEMENTED", "clientError"]],
  [-7, ["OPERATIONTIMEOUT", "serverError"]],
  [-8, ["BADARGUMENTS", "clientError"]],
  [-12, ["UNKNOWNSESSION", "clientError"]],
  [-13, ["NEWCONFIGNOQUORUM", "serverError"]],
  [-14, ["RECONFIGINPROGRESS", "serverError"]],
  [-100, ["APIERROR", "clientError"]],
  [-101, ["NONODE", "clientError"]],
  [-102, ["NOAUTH", "clientError"]],
  [-103, ["BADVERSION", "clientError"]],
  [-108, ["NOCHILDRENFOREPHEMERALS", "clientError"]],
  [-110, ["NODEEXISTS", "clientError"]],
  [-111, ["NOTEMPTY", "clientError"]],
  [-112, ["SESSIONEXPIRED", "clientError"]],
  [-113, ["INVALIDCALLBACK", "clientError"]],
  [-114, ["INVALIDACL", "clientError"]],
  [-115, ["AUTHFAILED", "clientError"]],
  [-118, ["SESSIONMOVED", "serverError"]],
  [-119, ["NOTREADONLY", "serverError"]],
  [-120, ["EPHEMERALONLOCALSESSION", "clientError"]],
  [-121, ["NOWATCHER", "clientError"]],
  [-122, ["REQUESTTIMEOUT", "serverError"]],
  [-123, ["RECONFIGDISABLED", "clientError"]],
  [-124, ["SESSIONCLOSEDREQUIRESASLAUTH", "clientError"]],
  [-125, ["QUOTAEXCEEDED", "clientError"]],
  [-127, ["THROTTLEDOP", "serverError"]],
]);

/** True for the errors that there are. */
export function isErrorCode(error: number): boolean {
  return ERRORS.has(error);
}

/** How an operation went. That a node is not there is no failure of the question whether it is. */
export function outcomeOf(
  error: number,
  opcode: number | undefined,
): { readonly status: CallStatus; readonly statusCode: string } {
  const [statusCode, status] = ERRORS.get(error) ?? [String(error), "serverError" as const];
  const isAnswer = statusCode === "NONODE" && opcode === OpCode.exists;
  return { status: isAnswer ? "ok" : status, statusCode };
}

const EVENT_TYPES: ReadonlyMap<number, string> = new Map([
  [-1, "None"],
  [1, "NodeCreated"],
  [2, "NodeDeleted"],
  [3, "NodeDataChanged"],
  [4, "NodeChildrenChanged"],
  [5, "DataWatchRemoved"],
  [6, "ChildWatchRemoved"],
  [7, "PersistentWatchRemoved"],
]);
const KEEPER_STATES: ReadonlyMap<number, string> = new Map([
  [-112, "Expired"],
  [0, "Disconnected"],
  [3, "SyncConnected"],
  [4, "AuthFailed"],
  [5, "ConnectedReadOnly"],
  [6, "SaslAuthenticated"],
  [7, "Closed"],
]);

/** What a watch tells of (`Watcher.Event.EventType`). */
export function eventTypeName(type: number): string | undefined {
  return EVENT_TYPES.get(type);
}

/** State of the session as a notification tells it (`Watcher.Event.KeeperState`). */
export function keeperStateName(state: number): string | undefined {
  return KEEPER_STATES.get(state);
}

/** What nodes are that are created with these flags (`CreateMode`). */
export const CREATE_MODES: readonly string[] = [
  "PERSISTENT",
  "EPHEMERAL",
  "PERSISTENT_SEQUENTIAL",
  "EPHEMERAL_SEQUENTIAL",
  "CONTAINER",
  "PERSISTENT_WITH_TTL",
  "PERSISTENT_SEQUENTIAL_WITH_TTL",
];
