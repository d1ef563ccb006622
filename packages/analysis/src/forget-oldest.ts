/** Makes room for one more in a map that is to hold `most`. */
export function forgetOldest(map: Map<string, unknown>, most: number): void {
  if (map.size < most) return;
  const [oldest] = map.keys();
  if (oldest !== undefined) map.delete(oldest);
}
