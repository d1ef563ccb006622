/** Something that an agent must tell of the traffic, and what it told. */
export interface Fact {
  /** The ability that tells it. */
  readonly ability: string;
  readonly what: string;
  readonly holds: boolean;
  /** What came, in few words. */
  readonly got: string;
}

/** An ability as the agent's status has it. */
export interface StatedAbility {
  readonly name: string;
  readonly has: boolean;
  readonly why: string;
}

/** What one kernel did. */
export interface KernelResult {
  /** `uname -r` and `-m`. */
  readonly release: string;
  readonly machine: string;
  readonly abilities: readonly StatedAbility[];
  readonly facts: readonly Fact[];
  /** What of the traffic could not be made there, and why. */
  readonly notMade: readonly string[];
}
