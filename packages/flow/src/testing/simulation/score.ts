/** How well a judgement agrees with the truth, over many packets. */
export class Score {
  /** Said and so. */
  right = 0;
  /** Said, but not so. */
  wrong = 0;
  /** So, but not said. */
  unsaid = 0;

  /** Compares the packets of which it was said with those of which it is so. */
  add(said: ReadonlySet<number>, so: ReadonlySet<number>): void {
    for (const number of said) {
      if (so.has(number)) this.right += 1;
      else this.wrong += 1;
    }
    for (const number of so) if (!said.has(number)) this.unsaid += 1;
  }

  /** Compares how many were said with how many there are: what is said of one that is not may hide one that is not said. */
  addCounts(said: number, so: number): void {
    this.right += Math.min(said, so);
    this.wrong += Math.max(0, said - so);
    this.unsaid += Math.max(0, so - said);
  }

  /** Of what was said, the part that is so; 1 where nothing was said. */
  get precision(): number {
    return share(this.right, this.wrong);
  }

  /** Of what is so, the part that was said; 1 where nothing is. */
  get recall(): number {
    return share(this.right, this.unsaid);
  }
}

function share(part: number, rest: number): number {
  return part + rest === 0 ? 1 : part / (part + rest);
}
