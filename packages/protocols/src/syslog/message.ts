/** Names of severities (RFC 5424 §6.2.1), as `syslog.conf` writes them, by number. */
const SEVERITIES: readonly string[] = ["emerg", "alert", "crit", "err", "warning", "notice", "info", "debug"];
/** The same of facilities. */
const FACILITIES: readonly string[] =
  "kern user mail daemon auth syslog lpr news uucp cron authpriv ftp ntp audit alert clock local0 local1 local2 local3 local4 local5 local6 local7".split(
    " ",
  );

/** An element of structured data (RFC 5424 §6.3): an id, and parameters by name. */
export interface SyslogElement {
  readonly id: string;
  readonly params: Readonly<Record<string, string>>;
}

/** What a message says beside its text. */
export interface SyslogMessage {
  /** 0 (emergency) to 7 (debug). */
  readonly severityNumber: number;
  readonly severity: string;
  readonly facility: string;
  /** `1` of RFC 5424; undefined of what was before it. */
  readonly version: string | undefined;
  readonly host: string | undefined;
  readonly app: string | undefined;
  readonly processId: string | undefined;
  readonly messageId: string | undefined;
  /** As it stands there: of RFC 3339, or `Nov 21 06:39:53` of RFC 3164, which names neither year nor zone. */
  readonly timestamp: string | undefined;
  readonly structuredData: readonly SyslogElement[];
  readonly text: string;
}

const PRIORITY = /^<(\d{1,3})>/;
/** RFC 5424 §6: version, timestamp, host, application, process, message id; `-` where there is none. */
const HEADER = /^([1-9]\d?) (\S{1,64}) (\S{1,255}) (\S{1,48}) (\S{1,128}) (\S{1,32})(?: |$)/;
/** Elements of structured data: quotes inside of values have a backslash before them. */
const ELEMENT = /^\[([^\s\]="]{1,32})((?: [^\s\]="]{1,32}="(?:[^"\\]|\\.)*")*)\]/;
/** One parameter of an element. */
const PARAMETER = / ([^\s\]="]{1,32})="((?:[^"\\]|\\.)*)"/g;
/** RFC 3164 §4.1.2, and rsyslog's with the timestamp of RFC 5424. */
const TIMESTAMP = /^(?:[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d|\d{4}-\d\d-\d\dT\S+) /;
/** A tag: a name (numbers alone count messages), perhaps a process, a colon. */
const TAG = /^((?=[\d./-]*[A-Za-z_])[\w./-]{1,48})(?:\[([\w.-]{1,128})\])?:/;
/** What network devices call a message: `%LINK-3-UPDOWN`. */
const MNEMONIC = /%([A-Z]\w{0,63}-[0-7]-\w{1,64}):/;
const HOST = /^(?!\S*[:[])(\S{1,255}) /;

/** The message in a datagram or a frame; undefined where it has no priority. */
export function parseSyslogMessage(text: string): SyslogMessage | undefined {
  const priority = PRIORITY.exec(text);
  const value = Number(priority?.[1] ?? Number.NaN);
  const severity = SEVERITIES[value & 7];
  const facility = FACILITIES[value >> 3];
  if (priority === null || severity === undefined || facility === undefined) return undefined;
  const rest = text.slice(priority[0].length);
  return { severityNumber: value & 7, severity, facility, ...(parseHeader(rest) ?? parseBefore(rest)) };
}

type Parts = Omit<SyslogMessage, "severityNumber" | "severity" | "facility">;

function parseHeader(rest: string): Parts | undefined {
  const header = HEADER.exec(rest);
  if (header === null) return undefined;
  const [whole, version, timestamp, host, app, processId, messageId] = header;
  const { elements, text } = parseData(rest.slice(whole.length));
  return {
    version,
    host: present(host),
    app: present(app),
    processId: present(processId),
    messageId: present(messageId),
    timestamp: present(timestamp),
    structuredData: elements,
    text,
  };
}

function parseData(rest: string): { readonly elements: readonly SyslogElement[]; readonly text: string } {
  const elements: SyslogElement[] = [];
  let left = rest.startsWith("-") ? rest.slice(1) : rest;
  for (let element = ELEMENT.exec(left); element !== null; element = ELEMENT.exec(left)) {
    elements.push({ id: element[1] ?? "", params: parseParams(element[2] ?? "") });
    left = left.slice(element[0].length);
  }
  return { elements, text: withoutEnd(left.replace(/^ ?(?:\ufeff)?/, "")) };
}

/** In values, quotes, backslashes and closing brackets have a backslash before them (RFC 5424 §6.3.3). */
function parseParams(text: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    [...text.matchAll(PARAMETER)].map(([, name = "", value = ""]) => [name, value.replace(/\\(["\\\]])/g, "$1")]),
  );
}

/** What was before RFC 5424: everything may be missing. */
function parseBefore(rest: string): Parts {
  const stamp = TIMESTAMP.exec(rest)?.[0] ?? "";
  const behind = rest.slice(stamp.length);
  const host = stamp === "" ? undefined : HOST.exec(behind);
  const tagged = behind.slice(host?.[0].length ?? 0);
  const tag = TAG.exec(tagged);
  return {
    version: undefined,
    host: host?.[1],
    app: tag?.[1],
    processId: tag?.[2],
    messageId: MNEMONIC.exec(behind)?.[1],
    timestamp: stamp === "" ? undefined : stamp.trimEnd(),
    structuredData: [],
    text: withoutEnd(tag === null ? tagged : tagged.slice(tag[0].length).trimStart()),
  };
}

function present(field: string | undefined): string | undefined {
  return field === "-" ? undefined : field;
}

function withoutEnd(text: string): string {
  return text.replace(/[\r\n\0]+$/, "");
}

/** Names whose values are secrets, with the value behind them. */
const SECRETS =
  /((?:token|passw\w*|pwd|secret|api_?key|signature|credential\w*|authorization|cookie|session\w*)["']?\s*[=:]\s*)("[^"]*"|'[^']*'|(?:Bearer |Basic )?[^\s,;&]+)/gi;

/** A message's text, the values of what looks like secrets replaced. */
export function maskText(text: string): string {
  return text.replace(SECRETS, "$1***");
}
