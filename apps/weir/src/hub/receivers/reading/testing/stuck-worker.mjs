/** A thread that does with a body what its first byte says: `m` takes all memory, `t` never ends, everything else is read as nothing. */
export function readBody({ body }) {
  const first = String.fromCharCode(body[0]);
  const held = [];
  while (first === "m") held.push(Array.from({ length: 10_000 }, (_, index) => ({ index })));
  while (first === "t");
  return { reading: { kind: "received", tables: [], rejections: [] }, told: undefined };
}
