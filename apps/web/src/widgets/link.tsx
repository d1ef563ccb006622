import type { MouseEvent, ReactNode } from "react";
import { go } from "../lib/location.ts";

interface LinkProps {
  readonly to: string;
  readonly children: ReactNode;
  readonly className?: string;
  readonly title?: string;
  /** False where what surrounds the link is a stop for Tab already. */
  readonly isTabStop?: boolean;
}

/** A link inside the console: no reload, and still a link (new tab, copy address). */
export function Link({ to, children, isTabStop = true, ...rest }: LinkProps) {
  const follow = (event: MouseEvent) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) {
      event.stopPropagation();
      return;
    }
    event.preventDefault();
    event.stopPropagation();
    go(to);
  };
  return (
    <a href={to} onClick={follow} tabIndex={isTabStop ? undefined : -1} {...rest}>
      {children}
    </a>
  );
}
