import type { BerReader } from "../common/ber.ts";
import { formatFilter } from "./filter.ts";
import { type Message, Operation } from "./wire.ts";

/** What a request asks for. */
export interface Asked {
  /** Name of the entry that it is about: who logs in, where a search begins, what is changed. */
  readonly target: string;
  readonly scope: string | undefined;
  /** Masked. */
  readonly filter: string | undefined;
  /** `simple`, or the mechanism of SASL. */
  readonly authentication: string | undefined;
  /** What an extended request is for. */
  readonly extension: string | undefined;
  /** The message that is to be given up. */
  readonly abandonedId: number | undefined;
}

const SCOPES = ["baseObject", "singleLevel", "wholeSubtree", "subordinateSubtree"] as const;
const SASL = 0xa3;
const SIMPLE = 0x80;
const REQUEST_NAME = 0x80;
export const START_TLS = "1.3.6.1.4.1.1466.20037";

/** Extended operations by their object identifiers. */
const EXTENSIONS: ReadonlyMap<string, string> = new Map([
  [START_TLS, "StartTLS"],
  ["1.3.6.1.4.1.4203.1.11.1", "PasswordModify"],
  ["1.3.6.1.4.1.4203.1.11.3", "WhoAmI"],
  ["1.3.6.1.1.8", "Cancel"],
  ["1.3.6.1.1.21.1", "StartTransaction"],
  ["1.3.6.1.1.21.3", "EndTransaction"],
  ["1.2.840.113556.1.4.1781", "FastBind"],
  ["1.3.6.1.4.1.1466.20036", "NoticeOfDisconnection"],
]);
/** Longest name that is shown. */
const MAX_NAME_CHARS = 512;

export function extensionName(oid: string): string {
  return EXTENSIONS.get(oid) ?? oid;
}

export function readRequest({ operation, content }: Message): Asked {
  const nothing: Asked = {
    target: "",
    scope: undefined,
    filter: undefined,
    authentication: undefined,
    extension: undefined,
    abandonedId: undefined,
  };
  switch (operation) {
    case Operation.bindRequest:
      return { ...nothing, ...readBind(content) };
    case Operation.searchRequest:
      return { ...nothing, ...readSearch(content) };
    case Operation.extendedRequest:
      return { ...nothing, extension: readExtension(content) };
    case Operation.delRequest:
      return { ...nothing, target: content.text.slice(0, MAX_NAME_CHARS) };
    case Operation.abandonRequest:
      return { ...nothing, abandonedId: content.number };
    default:
      return { ...nothing, target: nextText(content) };
  }
}

/** What an extended response or request is of; undefined where it does not say. */
export function readExtension(content: BerReader): string | undefined {
  while (content.next()) if (content.tag === REQUEST_NAME || content.tag === 0x8a) return extensionName(content.text);
  return undefined;
}

/** Version, name, and how it is proved; the proof is not looked at. */
function readBind(content: BerReader): Pick<Asked, "target" | "authentication"> {
  content.next();
  const target = nextText(content);
  if (!content.next()) return { target, authentication: undefined };
  const isSasl = content.tag === SASL;
  const mechanism = isSasl ? nextText(content.inside) : undefined;
  return { target, authentication: mechanism ?? (content.tag === SIMPLE ? "simple" : undefined) };
}

/** Base, scope, aliases, limits of size and time, types only, filter, attributes. */
function readSearch(content: BerReader): Pick<Asked, "target" | "scope" | "filter"> {
  const target = nextText(content);
  const scope = content.next() ? SCOPES[content.number] : undefined;
  for (let passed = 0; passed < 4; passed += 1) content.next();
  return { target, scope, filter: content.next() ? formatFilter(content) : undefined };
}

function nextText(content: BerReader): string {
  return content.next() ? content.text.slice(0, MAX_NAME_CHARS) : "";
}
