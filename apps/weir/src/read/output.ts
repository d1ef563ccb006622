/** One system call per connection would cost more than reading it. */
const WRITE_CHARACTERS = 1 << 16;

/** Text on its way to standard output, gathered into large writes. */
export class Output {
  #gathered = "";
  /** While standard output is full. */
  #drained: Promise<void> | undefined;

  write(text: string): void {
    this.#gathered += text;
    if (this.#gathered.length >= WRITE_CHARACTERS) this.#send();
  }

  /** Writes bytes behind the text. They are handed over. */
  writeBytes(bytes: Uint8Array): void {
    this.#send();
    process.stdout.write(bytes);
  }

  /** Writes what is gathered; a promise while standard output is full, so that a slow reader does not fill memory. */
  flush(): Promise<void> | undefined {
    this.#send();
    if (!process.stdout.writableNeedDrain) return undefined;
    this.#drained ??= new Promise((resolve) => {
      process.stdout.once("drain", () => {
        this.#drained = undefined;
        resolve();
      });
    });
    return this.#drained;
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
