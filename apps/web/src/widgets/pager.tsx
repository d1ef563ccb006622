import { formatCount } from "@weir/base";

interface PagerProps {
  readonly page: number;
  readonly pageSize: number;
  readonly total: number;
  /** Plural of what is listed: "calls". */
  readonly things: string;
  readonly onPage: (page: number) => void;
}

/** How many there are, which of them are shown, and the way to the others. */
export function Pager({ page, pageSize, total, things, onPage }: PagerProps) {
  const last = Math.max(1, Math.ceil(total / pageSize));
  const from = total === 0 ? 0 : (page - 1) * pageSize + 1;
  const to = Math.min(total, page * pageSize);
  return (
    <nav className="pager" aria-label={`Pages of ${things}`}>
      <span>
        {last === 1
          ? `${formatCount(total)} ${things}`
          : `${formatCount(from)} to ${formatCount(to)} of ${formatCount(total)} ${things}`}
      </span>
      {last === 1 ? null : (
        <>
          <button type="button" className="small" disabled={page <= 1} onClick={() => onPage(page - 1)}>
            Previous
          </button>
          <button type="button" className="small" disabled={page >= last} onClick={() => onPage(page + 1)}>
            Next
          </button>
        </>
      )}
    </nav>
  );
}
