import { pageAddress } from "../lib/location.ts";
import { Link } from "../widgets/link.tsx";

/** The pages that the header leads to. */
const PAGES = [
  { path: "/", name: "Network" },
  { path: "/explore", name: "Explore" },
  { path: "/traces", name: "Traces" },
  { path: "/logs", name: "Logs" },
  { path: "/profiles", name: "Profiles" },
  { path: "/receivers", name: "Receivers" },
  { path: "/agents", name: "Agents" },
] as const;

/** Titles by the first part of the path. */
const TITLES: Readonly<Record<string, string>> = {
  "": "what is wrong",
  connections: "connection",
  calls: "call",
  explore: "explore",
  traces: "traces",
  logs: "logs",
  profiles: "profiles",
  receivers: "receivers",
  agents: "agents",
};

/** What the window is called on a page. */
export function titleOf(path: string): string {
  const [, kind = "", id] = path.split("/");
  if (kind === "traces" && id === "fit") return "spans and packets";
  return kind === "traces" && id !== undefined ? "trace" : (TITLES[kind] ?? "what is wrong");
}

/** Links to the pages, the present one marked. */
export function PageLinks({ path }: { readonly path: string }) {
  const [, kind = ""] = path.split("/");
  return (
    <nav className="page-links" aria-label="Pages">
      {PAGES.map(({ path: to, name }) => {
        const isHere = to === "/" ? !PAGES.some(({ path }) => path === `/${kind}` && kind !== "") : to === `/${kind}`;
        return (
          <Link key={to} to={pageAddress(to)} className={isHere ? "here" : ""}>
            {name}
          </Link>
        );
      })}
    </nav>
  );
}
