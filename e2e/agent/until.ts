const PATIENCE_MS = 30_000;
const PAUSE_MS = 100;

/** Asks until there is an answer; fails where that takes too long. */
export async function until<T>(ask: () => Promise<T | undefined>): Promise<T> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (Date.now() > deadline) throw new Error("it does not become so");
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}
