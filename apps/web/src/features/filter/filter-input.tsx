import { formatCount } from "@weir/base";
import { useId, useLayoutEffect, useRef, useState } from "react";
import { type FilterRecord, type Offer, useCompletion, type Written } from "./use-completion.ts";
import "./filter.css";

interface FilterInputProps {
  readonly text: string;
  readonly onText: (text: string) => void;
  readonly record: FilterRecord;
  readonly placeholder: string;
}

/** A text field for a filter that offers what can be written at the cursor: names, operators, and values as the hub has them. */
export function FilterInput({ text, onText, record, placeholder }: FilterInputProps) {
  const input = useRef<HTMLInputElement>(null);
  const list = useId();
  const [written, setWritten] = useState<Written>({ text, cursor: text.length });
  const [isOpen, setOpen] = useState(false);
  const move = useRef<number>(undefined);
  if (written.text !== text) setWritten({ text, cursor: text.length });
  const take = (next: Written) => {
    move.current = next.cursor;
    setWritten(next);
    onText(next.text);
  };
  const offer = useCompletion(written, isOpen, record, take, () => setOpen(false));
  // React puts the cursor behind a text that it sets.
  useLayoutEffect(() => {
    if (move.current !== undefined) input.current?.setSelectionRange(move.current, move.current);
    move.current = undefined;
  });
  return (
    <div className="filter-input">
      <input
        ref={input}
        data-filter=""
        role="combobox"
        aria-label="Filter"
        aria-expanded={offer.items.length > 0}
        aria-controls={list}
        aria-autocomplete="list"
        aria-activedescendant={offer.chosen < 0 ? undefined : `${list}-${offer.chosen}`}
        placeholder={placeholder}
        spellCheck={false}
        autoComplete="off"
        value={text}
        onChange={({ target }) => {
          setOpen(true);
          setWritten({ text: target.value, cursor: target.selectionStart ?? target.value.length });
          onText(target.value);
        }}
        onKeyDown={(event) => {
          if (offer.onKey(event)) return;
          if (event.key === "ArrowDown") setOpen(true);
          if (event.key === "Enter") setOpen(false);
        }}
        onSelect={({ currentTarget }) => {
          const cursor = currentTarget.selectionStart ?? 0;
          setWritten((kept) => (kept.cursor === cursor ? kept : { ...kept, cursor }));
        }}
        onBlur={() => setOpen(false)}
      />
      <OfferList offer={offer} id={list} />
    </div>
  );
}

function OfferList({ offer, id }: { readonly offer: Offer; readonly id: string }) {
  if (offer.items.length === 0) return null;
  return (
    <div className="completion" role="listbox" id={id} aria-label="What can be written here">
      {offer.items.map((item, index) => (
        <div
          key={item.text}
          id={`${id}-${index}`}
          role="option"
          tabIndex={-1}
          aria-selected={index === offer.chosen}
          className={`completion-item ${item.kind}`}
          // Before the field loses its focus, which would close the list.
          onMouseDown={(event) => {
            event.preventDefault();
            offer.take(index);
          }}
        >
          <code>{item.text}</code>
          <span className="dim">{item.count === undefined ? item.detail : formatCount(item.count)}</span>
        </div>
      ))}
      <p className="completion-keys dim">
        <kbd>Tab</kbd> takes, <kbd>↑</kbd> <kbd>↓</kbd> choose, <kbd>Esc</kbd> closes
      </p>
    </div>
  );
}
