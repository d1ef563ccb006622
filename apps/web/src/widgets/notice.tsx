import { ApiError } from "../lib/api.ts";

/** What went wrong, and what to do about it. */
export function FailureNotice({ error }: { readonly error: Error }) {
  const hint = error instanceof ApiError ? error.problem.hint : "Reload the page; if it persists, please report it";
  return (
    <p className="notice bad" role="alert">
      <strong>{error.message}.</strong> {hint}.
    </p>
  );
}

/** Something is on its way. */
export function Loading({ what }: { readonly what: string }) {
  return (
    <p className="notice dim" aria-busy="true">
      Loading {what} …
    </p>
  );
}
