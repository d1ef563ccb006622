import type { Connection } from "@weir/model";

/** Why the place of a loss cannot be told. */
export const PLACE_UNKNOWN = "it is not known whether the lost segments had passed the vantage";

/** How many segments of both directions were lost before the vantage, and how many behind it. */
export function lossPlaces(connection: Connection): readonly [before: number, after: number] {
  return [
    connection.clientLostBefore + connection.serverLostBefore,
    connection.clientLostAfter + connection.serverLostAfter,
  ];
}

/** Were most of them lost before the vantage? Undefined where it is known of none. */
export function isLostBefore(before: number, after: number): boolean | undefined {
  return before + after === 0 ? undefined : before >= after;
}

export function placeText(before: number, after: number): string {
  return `${before} lost before it, ${after} behind it`;
}
