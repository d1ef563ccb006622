/** Ctrl-C ends reading, not the program: what was read is still reported. A second one ends the program. */
export function stopOnInterrupt(): { readonly signal: AbortSignal; release(): void } {
  const controller = new AbortController();
  const onInterrupt = () => controller.abort();
  process.once("SIGINT", onInterrupt);
  return { signal: controller.signal, release: () => process.removeListener("SIGINT", onInterrupt) };
}
