import { changePlace } from "../lib/location.ts";

interface OpenPagerProps {
  readonly page: number;
  readonly hasMore: boolean;
  /** Plural of what is listed: "traces". */
  readonly things: string;
}

/** The way through a list whose length is not counted. */
export function OpenPager({ page, hasMore, things }: OpenPagerProps) {
  if (page === 1 && !hasMore) return null;
  const to = (next: number) => changePlace({ page: next === 1 ? undefined : String(next) });
  return (
    <nav className="pager" aria-label={`Pages of ${things}`}>
      <span>page {page}</span>
      <button type="button" className="small" disabled={page <= 1} onClick={() => to(page - 1)}>
        Previous
      </button>
      <button type="button" className="small" disabled={!hasMore} onClick={() => to(page + 1)}>
        Next
      </button>
    </nav>
  );
}
