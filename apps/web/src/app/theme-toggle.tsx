import { useEffect, useState } from "react";

const KEY = "weir-theme";
const DARK = "(prefers-color-scheme: dark)";
type Theme = "light" | "dark";

function keptTheme(): Theme | undefined {
  const kept = window.localStorage.getItem(KEY);
  return kept === "light" || kept === "dark" ? kept : undefined;
}

function systemTheme(): Theme {
  return window.matchMedia(DARK).matches ? "dark" : "light";
}

/** Light or dark: the system's choice, also when it changes, until somebody chooses; the choice is kept in this browser. */
export function ThemeToggle() {
  const [theme, setTheme] = useState<Theme>(() => keptTheme() ?? systemTheme());
  useEffect(() => {
    document.documentElement.dataset["theme"] = theme;
  }, [theme]);
  useEffect(() => {
    const system = window.matchMedia(DARK);
    const follow = () => setTheme(keptTheme() ?? systemTheme());
    system.addEventListener("change", follow);
    return () => system.removeEventListener("change", follow);
  }, []);
  const next: Theme = theme === "dark" ? "light" : "dark";
  const toggle = () => {
    window.localStorage.setItem(KEY, next);
    setTheme(next);
  };
  return (
    <button
      type="button"
      className="quiet"
      onClick={toggle}
      title={`Change to ${next} colours`}
      aria-label={`Change to ${next} colours`}
    >
      {theme === "dark" ? "☀" : "☾"}
    </button>
  );
}
