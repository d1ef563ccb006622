import { useEffect, useState } from "react";

const KEY = "weir-theme";
type Theme = "light" | "dark";

/** The system's choice, until somebody chooses; the choice is kept in this browser. */
function firstTheme(): Theme {
  const kept = window.localStorage.getItem(KEY);
  if (kept === "light" || kept === "dark") return kept;
  return window.matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}

export function ThemeToggle() {
  const [theme, setTheme] = useState<Theme>(firstTheme);
  useEffect(() => {
    document.documentElement.dataset["theme"] = theme;
  }, [theme]);
  const toggle = () => {
    const next = theme === "dark" ? "light" : "dark";
    window.localStorage.setItem(KEY, next);
    setTheme(next);
  };
  return (
    <button
      type="button"
      className="quiet"
      onClick={toggle}
      title={`Change to ${theme === "dark" ? "light" : "dark"} colours`}
    >
      {theme === "dark" ? "☀" : "☾"}
    </button>
  );
}
