/** Options that many fields of a connection share. */
export const bytes = { unit: "bytes" } as const;
export const packets = { unit: "packets" } as const;
export const count = { unit: "count" } as const;
/** A duration that may be unknown. */
export const ns = { unit: "ns", optional: true } as const;
/** A duration that is zero where nothing was spent. */
export const spentNs = { unit: "ns" } as const;
