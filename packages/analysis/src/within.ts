/** What a map has for a key; made and kept where it has nothing. */
export function within<Key, Inner>(outer: Map<Key, Inner>, key: Key, create: () => Inner): Inner {
  const known = outer.get(key);
  if (known !== undefined) return known;
  const created = create();
  outer.set(key, created);
  return created;
}
