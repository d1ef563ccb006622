/** What Linux tells a process whose connection ends by such an ICMP message (net/ipv4/icmp.c icmp_err_convert, net/ipv6/icmp.c tab_unreach), by the words of `unreachableCode`. */
const ERRORS: ReadonlyMap<string, string> = new Map([
  ["net unreachable", "ENETUNREACH"],
  ["host unreachable", "EHOSTUNREACH"],
  ["protocol unreachable", "ENOPROTOOPT"],
  ["port unreachable", "ECONNREFUSED"],
  ["source route failed", "EOPNOTSUPP"],
  ["net unknown", "ENETUNREACH"],
  ["host unknown", "EHOSTDOWN"],
  ["source host isolated", "ENONET"],
  ["net prohibited", "ENETUNREACH"],
  ["host prohibited", "EHOSTUNREACH"],
  ["net unreachable for type of service", "ENETUNREACH"],
  ["host unreachable for type of service", "EHOSTUNREACH"],
  ["communication prohibited", "EHOSTUNREACH"],
  ["no route", "ENETUNREACH"],
  ["beyond scope", "EHOSTUNREACH"],
  ["address unreachable", "EHOSTUNREACH"],
  ["policy failed", "EACCES"],
  ["route rejected", "EACCES"],
]);
/** The same words mean another errno in ICMPv6. */
const IPV6_ERRORS: ReadonlyMap<string, string> = new Map([["communication prohibited", "EACCES"]]);

/**
 * The errno that a process was told by an ICMP message. The kernel keeps it apart from the socket's own error while the process is within `connect`, and has
 * forgotten it when the socket is closed; so it is told by the message itself.
 */
export function unreachableError(unreachableCode: string, serverAddress: string): string | undefined {
  const own = serverAddress.includes(":") ? IPV6_ERRORS.get(unreachableCode) : undefined;
  return own ?? ERRORS.get(unreachableCode);
}
