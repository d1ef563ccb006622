/** Names of severities (RFC 5424 §6.2.1), as `syslog.conf` writes them, by number. */
const SEVERITIES: readonly string[] = ["emerg", "alert", "crit", "err", "warning", "notice", "info", "debug"];
/** The same of facilities. */
const FACILITIES: readonly string[] =
  "kern user mail daemon auth syslog lpr news uucp cron authpriv ftp ntp audit alert clock local0 local1 local2 local3 local4 local5 local6 local7".split(
    " ",
  );

/** What a message says beside its text. */
export interface SyslogMessage {
  readonly severity: string;
  readonly facility: string;
  /** `1` of RFC 5424; undefined of what was before it. */
  readonly version: string | undefined;
  readonly host: string | undefined;
  readonly app: string | undefined;
  readonly processId: string | undefined;
  readonly messageId: string | undefined;
  /** Ids of structured data, without their parameters. */
  readonly dataIds: readonly string[];
  readonly text: string;
}

const PRIORITY = /^<(\d{1,3})>/;
/** RFC 5424 §6: version, timestamp, host, application, process, message id; `-` where there is none. */
const HEADER = /^([1-9]\d?) (\S{1,64}) (\S{1,255}) (\S{1,48}) (\S{1,128}) (\S{1,32})(?: |$)/;
/** Elements of structured data: quotes inside of values have a backslash before them. */
const ELEMENT = /^\[([^\s\]="]{1,32})((?: [^\s\]="]{1,32}="(?:[^"\\]|\\.)*")*)\]/;
/** RFC 3164 §4.1.2, and rsyslog's with the timestamp of RFC 5424. */
const TIMESTAMP = /^(?:[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d|\d{4}-\d\d-\d\dT\S+) /;
/** A tag: a name (numbers alone count messages), perhaps a process, a colon. */
const TAG = /^((?=[\d./-]*[A-Za-z_])[\w./-]{1,48})(?:\[([\w.-]{1,128})\])?:/;
/** What network devices call a message: `%LINK-3-UPDOWN`. */
const MNEMONIC = /%([A-Z]\w{0,63}-[0-7]-\w{1,64}):/;
const HOST = /^(?!\S*[:[])(\S{1,255}) /;

/** The message in a datagram or a frame; undefined where it has no priority. */
export function parseMessage(text: string): SyslogMessage | undefined {
  const priority = PRIORITY.exec(text);
  const value = Number(priority?.[1] ?? Number.NaN);
  const severity = SEVERITIES[value & 7];
  const facility = FACILITIES[value >> 3];
  if (priority === null || severity === undefined || facility === undefined) return undefined;
  const rest = text.slice(priority[0].length);
  return { severity, facility, ...(parseHeader(rest) ?? parseBefore(rest)) };
}

type Parts = Omit<SyslogMessage, "severity" | "facility">;

function parseHeader(rest: string): Parts | undefined {
  const header = HEADER.exec(rest);
  if (header === null) return undefined;
  const [whole, version, , host, app, processId, messageId] = header;
  const { ids, text } = parseData(rest.slice(whole.length));
  return {
    version,
    host: present(host),
    app: present(app),
    processId: present(processId),
    messageId: present(messageId),
    dataIds: ids,
    text,
  };
}

function parseData(rest: string): { readonly ids: readonly string[]; readonly text: string } {
  const ids: string[] = [];
  let left = rest.startsWith("-") ? rest.slice(1) : rest;
  for (let element = ELEMENT.exec(left); element !== null; element = ELEMENT.exec(left)) {
    ids.push(element[1] ?? "");
    left = left.slice(element[0].length);
  }
  return { ids, text: withoutEnd(left.replace(/^ ?(?:\ufeff)?/, "")) };
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
    dataIds: [],
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
