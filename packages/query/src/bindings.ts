/** Values that a statement names instead of containing them: they are bound as ClickHouse query parameters. */
export class Bindings {
  readonly params: Record<string, unknown> = {};

  /** The placeholder of a value; the same value of the same type has one placeholder. */
  bind(type: string, value: unknown): string {
    for (const [name, bound] of Object.entries(this.params))
      if (bound === value && name.startsWith(`filter${type}`)) return `{${name}:${type}}`;
    const name = `filter${type}${Object.keys(this.params).length}`;
    this.params[name] = value;
    return `{${name}:${type}}`;
  }

  /** A moment, given in Unix nanoseconds. */
  bindTime(unixNs: bigint): string {
    return `fromUnixTimestamp64Nano(${this.bind("Int64", unixNs.toString())})`;
  }
}
