const MINUTES = [1, 5, 10, 30, 60] as const;
/** What is chosen first. */
export const DEFAULT_MINUTES = 10;

/** For how long a temporary rule holds. */
export function MinutesSelect({
  minutes,
  onMinutes,
}: {
  readonly minutes: number;
  readonly onMinutes: (minutes: number) => void;
}) {
  return (
    <label>
      for{" "}
      <select value={minutes} onChange={({ target }) => onMinutes(Number(target.value))}>
        {MINUTES.map((each) => (
          <option key={each} value={each}>
            {each}
          </option>
        ))}
      </select>{" "}
      minutes
    </label>
  );
}
