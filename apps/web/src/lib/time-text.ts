/** `06:39:53.012` of an RFC 3339 time: all times are UTC, the console says so once per page. */
export function clockText(time: string): string {
  return time.slice(11, 23);
}

/** `06:39:53` of an RFC 3339 time. */
export function secondText(time: string): string {
  return time.slice(11, 19);
}

/** `2026-11-21 06:39:53.012` of an RFC 3339 time: for lists that span days. */
export function dayText(time: string): string {
  return `${time.slice(0, 10)} ${clockText(time)}`;
}

/** `2026-11-21 06:39:53.012 UTC` of an RFC 3339 time. */
export function momentText(time: string): string {
  return `${dayText(time)} UTC`;
}
