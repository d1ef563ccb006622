import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, type ReactNode, useState } from "react";
import { api } from "../../lib/api.ts";
import { FailureNotice } from "../../widgets/notice.tsx";
import "./session.css";

/** The console for those who may read; for others the question who they are. A hub that asks nobody lets everybody through. */
export function SessionGate({ children }: { readonly children: ReactNode }) {
  const { data: session } = useQuery({ queryKey: ["session"], queryFn: api.whoAmI });
  // A hub that does not answer is told of by the pages themselves.
  if (session === undefined || session.rights.includes("read")) return children;
  return <SignIn caller={session.caller} />;
}

function SignIn({ caller }: { readonly caller: string | undefined }) {
  const queries = useQueryClient();
  const [token, setToken] = useState("");
  const [error, setError] = useState<Error>();
  const signIn = (event: FormEvent) => {
    event.preventDefault();
    api.signIn(token.trim()).then(
      () => queries.invalidateQueries(),
      (reason: Error) => setError(reason),
    );
  };
  return (
    <form className="card sign-in" onSubmit={signIn}>
      <h1>Who are you?</h1>
      <p className="dim">
        {caller === undefined
          ? "This hub shows its data to those who have a token. Whoever keeps its access file can make one: weir token"
          : `${caller} may not read here. Sign in with another token.`}
      </p>
      <label>
        Token
        <input
          type="password"
          name="token"
          autoComplete="current-password"
          required
          value={token}
          onChange={({ target }) => setToken(target.value)}
        />
      </label>
      {error === undefined ? null : <FailureNotice error={error} />}
      <button type="submit">Sign in</button>
    </form>
  );
}

/** Who is signed in, and the way out; nothing where the hub asks nobody. */
export function SignedIn() {
  const queries = useQueryClient();
  const { data: session } = useQuery({ queryKey: ["session"], queryFn: api.whoAmI });
  if (session?.caller === undefined || session.caller === "local") return null;
  return (
    <button
      type="button"
      className="quiet"
      title={`Signed in as ${session.caller}. Sign out`}
      onClick={() => void api.signOut().then(() => queries.invalidateQueries())}
    >
      {session.caller}
    </button>
  );
}
