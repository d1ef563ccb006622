import { WeirError } from "@weir/base";
import { PROTOCOL_RECORDS } from "@weir/protocols/records";
import { checkFilter, type Filter, filterEnvironment, STREAM_RELATIONS } from "@weir/query";

/** The filter that a text means. Throws FILTER_INVALID with the place of the mistake and the nearest name. */
export function checkedFilter(text: string): Filter {
  const checked = checkFilter(text, filterEnvironment(PROTOCOL_RECORDS));
  if (checked.kind === "ok") return streamable(checked.filter);
  const marked = `\n  ${text}\n  ${" ".repeat(checked.position)}^`;
  const hint =
    checked.suggestion === undefined
      ? "docs/reference/fields.md lists all names"
      : `Did you mean ${checked.suggestion}?`;
  throw new WeirError("FILTER_INVALID", `the filter is wrong: ${checked.message}${marked}\n`, hint);
}

/** While a capture is read, nothing is known of what is found out at its end. */
function streamable(filter: Filter): Filter {
  const unknown = filter.relations.find((relation) => !STREAM_RELATIONS.includes(relation));
  if (unknown === undefined) return filter;
  const hint = "Import the capture into a hub (--into URL) and ask there: weir query";
  throw new WeirError("FILTER_INVALID", `${unknown} are known only when everything has been read`, hint);
}
