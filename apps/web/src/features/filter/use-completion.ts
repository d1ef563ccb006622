import { useQuery } from "@tanstack/react-query";
import type { Completion } from "@weir/http-contract";
import type { RecordWord } from "@weir/model";
import { type KeyboardEvent, useEffect, useState } from "react";
import { api } from "../../lib/api.ts";
import { useParameter } from "../../lib/location.ts";

/** Records that a filter can be about. */
export type FilterRecord = RecordWord;

/** Pause in typing after which the hub is asked. */
const PAUSE_MS = 90;

/** A text with the cursor in it. */
export interface Written {
  readonly text: string;
  readonly cursor: number;
}

/** What is offered under a filter, and how keys choose from it. */
export interface Offer {
  readonly items: Completion["items"];
  /** Index of the item that Enter takes; -1 while none is chosen. */
  readonly chosen: number;
  readonly take: (index: number) => void;
  readonly close: () => void;
  /** Handles a key; true where it was one of the offer's. */
  readonly onKey: (event: KeyboardEvent) => boolean;
}

/** Completion of the filter that is being written. `onTake` gets the text with the item in it. */
export function useCompletion(
  written: Written,
  isOpen: boolean,
  record: FilterRecord,
  onTake: (next: Written) => void,
  onClose: () => void,
): Offer {
  const [capture] = useParameter("capture");
  const settled = useSettled(written);
  const { data } = useQuery({
    queryKey: ["complete", record, capture, settled],
    queryFn: ({ signal }) => api.complete({ record, capture, ...settled }, signal),
    enabled: isOpen,
    staleTime: 10_000,
  });
  const [choice, setChoice] = useState<{ readonly data: Completion | undefined; readonly index: number }>();
  // An offer for what was written before would put its item in the wrong place.
  const items = isOpen && settled === written && data !== undefined ? data.items : [];
  const chosen = choice?.data === data ? (choice?.index ?? -1) : -1;
  const take = (index: number) => {
    const item = items[index];
    if (item === undefined || data === undefined) return;
    const before = written.text.slice(0, data.from) + item.text;
    onTake({ text: before + written.text.slice(data.to), cursor: before.length });
  };
  const onKey = (event: KeyboardEvent) => {
    if (items.length === 0) return false;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) setChoice({ data, index: stepped(chosen, step, items.length) });
    else if (event.key === "Tab" && !event.shiftKey) take(Math.max(0, chosen));
    else if (event.key === "Enter" && chosen >= 0) take(chosen);
    else if (event.key === "Escape") onClose();
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  };
  return { items, chosen, take, close: onClose, onKey };
}

/** What was written, once the typing pauses. */
function useSettled(written: Written): Written {
  const [settled, setSettled] = useState(written);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(written), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [written]);
  return settled;
}

/** The next index in a list that goes round; -1 is before its first item. */
function stepped(index: number, step: number, length: number): number {
  return index < 0 && step < 0 ? length - 1 : (index + step + length) % length;
}
