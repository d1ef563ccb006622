/** Items of a batch that could not be read, with the first reason. */
export class BrokenItems {
  count = 0;
  /** Why the first of them could not be read. */
  example = "";

  add(what: string, error: Error): void {
    this.count += 1;
    if (this.example === "") this.example = `${what}: ${error.message}`;
  }
}
