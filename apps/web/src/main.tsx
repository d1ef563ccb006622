import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import "./app/theme.css";
import { App } from "./app/app.tsx";
import { ApiError } from "./lib/api.ts";

const root = document.getElementById("root");
if (root === null) throw new Error("Weir bug: index.html has no root");
/** What the hub refuses it refuses again; only a hub that does not answer is asked again. */
const isWorthAnotherTry = (failures: number, error: Error) =>
  failures < 2 && error instanceof ApiError && error.problem.code === "HUB_UNREACHABLE";
const queries = new QueryClient({ defaultOptions: { queries: { retry: isWorthAnotherTry, staleTime: 5_000 } } });
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <App />
    </QueryClientProvider>
  </StrictMode>,
);
