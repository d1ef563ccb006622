import { formatUnixNs, parseUnixNs, type UnixNs } from "@weir/base";
import { parseMoment } from "../logs/moment.ts";

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const OLD = /^([A-Z][a-z]{2}) ([ \d]\d) (\d\d:\d\d:\d\d)$/;

/**
 * When a message says that it was written; undefined where it says nothing that can be read. RFC 3164 names neither year nor zone: it is the year that brings it nearest to
 * `receivedAt`, and, as in the Collector, UTC.
 */
export function syslogMoment(timestamp: string, receivedAt: UnixNs): UnixNs | undefined {
  const old = OLD.exec(timestamp);
  if (old === null) return parseMoment(timestamp);
  const [, monthName = "", day = "", time = ""] = old;
  const month = String(MONTHS.indexOf(monthName) + 1).padStart(2, "0");
  const year = Number(formatUnixNs(receivedAt).slice(0, 4));
  const candidates = [year - 1, year, year + 1]
    .map((of) => parseUnixNs(`${of}-${month}-${day.replace(" ", "0")}T${time}Z`))
    .filter((moment) => moment !== undefined);
  return candidates.sort((a, b) => Number(distance(a, receivedAt) - distance(b, receivedAt)))[0];
}

function distance(a: UnixNs, b: UnixNs): bigint {
  return a > b ? a - b : b - a;
}
