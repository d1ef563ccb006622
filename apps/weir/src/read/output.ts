/** One system call per connection would cost more than reading it. */
const WRITE_CHARACTERS = 1 << 16;

/** Text on its way to standard output, gathered into large writes. */
export class Output {
  #gathered = "";

  write(text: string): void {
    this.#gathered += text;
    if (this.#gathered.length >= WRITE_CHARACTERS) this.#send();
  }

  /** Writes what is gathered; a promise while standard output is full, so that a slow reader does not fill memory. */
  flush(): Promise<void> | undefined {
    this.#send();
    if (!process.stdout.writableNeedDrain) return undefined;
    return new Promise((resolve) => process.stdout.once("drain", resolve));
  }

  #send(): void {
    if (this.#gathered === "") return;
    process.stdout.write(this.#gathered);
    this.#gathered = "";
  }
}

/** True where the user wants colours and standard output can show them. */
export function isColoured(options: { readonly color?: boolean }): boolean {
  return options.color !== false && process.stdout.isTTY === true && (process.env["NO_COLOR"] ?? "") === "";
}
