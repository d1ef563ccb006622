import type { Comparison, Result } from "./compare.ts";
import { Weir } from "./contenders.ts";

/** Something Weir wants to reach, and whether it does. */
export interface Goal {
  readonly goal: string;
  readonly reached: string;
  /** Undefined where this run cannot tell. */
  readonly isReached: boolean | undefined;
}

const TWO_CORES_RATIO = 1.6;
/** What all other protocols together may add to the time of traffic that is not theirs. */
const FOREIGN_RATIO = 1.05;
const MEMORY_MB = 800;
const MB_PER_MIB = 2 ** 20 / 1e6;
const MEMORY_CONNECTIONS = 1_000_000;

/** The time of `result` for a packet, in times of Weir's: of all facts of connections without calls; of calls where that was measured. */
export function ratiosOf(result: Result, { results }: Comparison): { wall: number; cpu: number } {
  const named = (wanted: string) => results.find(({ name }) => name === wanted);
  const reference = named(Weir.calls) ?? named(Weir.health);
  if (reference === undefined) return { wall: Number.NaN, cpu: Number.NaN };
  return {
    wall: result.wallS / result.packets / (reference.wallS / reference.packets),
    cpu: result.cpuS / result.packets / (reference.cpuS / reference.packets),
  };
}

/** Peers, by wall time and by CPU time: both have to reach the goal. */
export function speedGoals(comparison: Comparison): Goal[] {
  const goals: Goal[] = [];
  for (const result of comparison.results) {
    const { goalRatio, name } = result;
    if (goalRatio === undefined) continue;
    const { wall, cpu } = ratiosOf(result, comparison);
    const program = name.split(" ")[0];
    goals.push({
      goal: `${comparison.name}: ${goalRatio === 1 ? `not behind ${program}` : `${goalRatio} × as fast as ${program}`}`,
      reached: `wall ${wall.toFixed(1)} ×, CPU ${cpu.toFixed(1)} ×`,
      isReached: Math.min(wall, cpu) >= goalRatio,
    });
  }
  if (comparison.results.some(({ name }) => name === Weir.calls)) return [...goals, ...foreignGoals(comparison)];
  goals.push(coresGoal(comparison, "the engine", Weir.health, Weir.sharedHealth));
  goals.push(coresGoal(comparison, "rows of connections", Weir.rows, Weir.sharedRows));
  return goals;
}

/** Calls with all protocols in the catalog against calls with the only one that is spoken. */
function foreignGoals({ name, results }: Comparison): Goal[] {
  const all = results.find((result) => result.name === Weir.calls);
  const own = results.find((result) => result.name === Weir.ownCalls);
  if (all === undefined || own === undefined) return [];
  const ratio = all.cpuS / own.cpuS;
  const goal = `${name}: other protocols cost it no more than ${Math.round((FOREIGN_RATIO - 1) * 100)} %`;
  return [{ goal, reached: `CPU ${ratio.toFixed(2)} ×`, isReached: ratio <= FOREIGN_RATIO }];
}

/** The same work by one and by two workers. */
function coresGoal({ name, results }: Comparison, what: string, alone: string, shared: string): Goal {
  const goal = `${name}: ${what} on two cores ${TWO_CORES_RATIO} × as fast as on one`;
  const one = results.find((result) => result.name === alone);
  const two = results.find((result) => result.name === shared);
  if (one === undefined || two === undefined) return { goal, reached: "not measured", isReached: undefined };
  const ratio = one.wallS / two.wallS;
  return { goal, reached: `wall ${ratio.toFixed(2)} ×`, isReached: ratio >= TWO_CORES_RATIO };
}

/** Memory with many open connections, of the program where it can leave calls out, else of the engine alone. */
export function memoryGoal({ results, connections }: Comparison): Goal {
  const judged = [Weir.noCalls, Weir.health].flatMap((name) => results.filter((result) => result.name === name))[0];
  const goal = `open: a million open connections under ${MEMORY_MB} MB`;
  if (judged === undefined) return { goal, reached: "not measured", isReached: undefined };
  const peakMb = judged.peakMiB * MB_PER_MIB;
  return {
    goal,
    reached: `${Math.round(peakMb)} MB with ${connections} (${judged.name})`,
    isReached: connections >= MEMORY_CONNECTIONS ? peakMb < MEMORY_MB : undefined,
  };
}
