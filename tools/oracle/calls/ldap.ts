import type { CallComparison } from "./comparison.ts";
import { valuesOf } from "./comparison.ts";

const BIND = "0";
const SEARCH = "3";

/** LDAP: message ids with what is asked, result codes, names of binds and bases of searches. Entries are counted, not compared one by one. */
export const ldap: CallComparison = {
  events: ["ldap", "cldap"],
  protocols: ["ldap"],
  fromEvent(event) {
    const operations = valuesOf(event, "ldap.protocolOp");
    const ids = valuesOf(event, "ldap.messageID");
    return [
      ...operations.flatMap((operation, at) =>
        REQUESTS.has(operation) ? [{ fact: "ldap.request", value: `${ids[at]} ${operation}` }] : [],
      ),
      ...["ldap.resultCode", "ldap.name", "ldap.baseObject"].flatMap((fact) =>
        valuesOf(event, fact).map((value) => ({ fact, value })),
      ),
    ];
  },
  fromCall({ attributes, operation, target, requestPackets, responsePackets, requestBytes }) {
    const { "weir.ldap.message_id": id, "weir.ldap.result_code": code } = attributes;
    const isServers = attributes["weir.call.initiator"] === "server";
    const [, frame] = requestPackets;
    const request = requestBytes === 0 || isServers ? undefined : OPERATIONS[operation];
    const codeFrame = isServers ? frame : responsePackets[1];
    return [
      ...(request === undefined ? [] : [{ fact: "ldap.request", value: `${id} ${request}`, frame }]),
      ...(code === undefined ? [] : [{ fact: "ldap.resultCode", value: code, frame: codeFrame }]),
      ...(request === BIND ? [{ fact: "ldap.name", value: target, frame }] : []),
      ...(request === SEARCH ? [{ fact: "ldap.baseObject", value: target, frame }] : []),
    ];
  },
};

const OPERATIONS: Readonly<Record<string, string>> = {
  bind: BIND,
  unbind: "2",
  search: SEARCH,
  modify: "6",
  add: "8",
  delete: "10",
  modifyDN: "12",
  compare: "14",
  abandon: "16",
  extended: "23",
};
const REQUESTS: ReadonlySet<string> = new Set(Object.values(OPERATIONS));
