import type { ReactNode } from "react";
import { ApiError } from "../lib/api.ts";

/** What went wrong, and what to do about it. */
export function FailureNotice({ error, onRetry }: { readonly error: Error; readonly onRetry?: () => void }) {
  const hint = error instanceof ApiError ? error.problem.hint : "Reload the page; if it persists, please report it";
  return (
    <div className="notice failure" role="alert">
      <strong>{error.message}.</strong> <span>{withStop(hint)}</span>
      {onRetry === undefined ? null : (
        <button type="button" className="small" onClick={onRetry}>
          Try again
        </button>
      )}
    </div>
  );
}

/** A sentence ends with one stop, whether it came with one or not. */
export function withStop(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

/** Something is on its way: bars in the shape of rows, so that nothing jumps when it comes. */
export function Loading({ what, rows = 3 }: { readonly what: string; readonly rows?: number }) {
  return (
    <div className="loading" aria-busy="true" role="status" aria-label={`Loading ${what}`}>
      {Array.from({ length: rows }, (_, row) => `row ${row}`).map((row) => (
        <span key={row} />
      ))}
    </div>
  );
}

/** There is nothing, and why that is so. */
export function Nothing({ children }: { readonly children: ReactNode }) {
  return <p className="nothing">{children}</p>;
}
