/** One system call per connection would cost more than reading it. */
const WRITE_BYTES = 1 << 17;
/** Bytes that a character of a string may need in UTF-8. */
const BYTES_PER_CHARACTER = 3;

/** Text on its way to standard output, gathered into large writes; as bytes, because long strings that grow by pieces cost much more. */
export class Output {
  #gathered = Buffer.allocUnsafeSlow(WRITE_BYTES);
  #bytes = 0;
  /** While standard output is full. */
  #drained: Promise<void> | undefined;

  write(text: string): void {
    const mostBytes = text.length * BYTES_PER_CHARACTER;
    if (this.#bytes + mostBytes > WRITE_BYTES) this.#send();
    if (mostBytes > WRITE_BYTES) process.stdout.write(text);
    else this.#bytes += this.#gathered.write(text, this.#bytes);
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
    if (this.#bytes === 0) return;
    process.stdout.write(this.#gathered.subarray(0, this.#bytes));
    // Standard output may keep what it was given until its reader takes it.
    this.#gathered = Buffer.allocUnsafeSlow(WRITE_BYTES);
    this.#bytes = 0;
  }
}

/** True where the user wants colours and standard output can show them. */
export function isColoured(options: { readonly color?: boolean }): boolean {
  return options.color !== false && process.stdout.isTTY === true && (process.env["NO_COLOR"] ?? "") === "";
}
