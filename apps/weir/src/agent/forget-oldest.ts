/** Forgets what a map was given first, as far as it holds more than it may. Looking for the first costs where many were deleted: only then. */
export function forgetOldest<Key>(kept: Map<Key, unknown>, most: number): void {
  if (kept.size <= most) return;
  for (const oldest of kept.keys()) {
    kept.delete(oldest);
    if (kept.size <= most) return;
  }
}
