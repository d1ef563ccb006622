import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useState } from "react";
import { importFile, type Upload } from "./import-file.ts";
import "./captures.css";

/** Takes captures: dropped anywhere on the page, or chosen. Shows how far each upload and import is. */
export function DropZone() {
  const [uploads, setUploads] = useState<readonly Upload[]>([]);
  const queries = useQueryClient();
  const take = useCallback(
    async (files: readonly File[]) => {
      setUploads(files.map(({ name }) => ({ name, text: "waits", ratio: 0, state: "moving" })));
      for (const [index, file] of files.entries()) {
        await importFile(file, (upload) => setUploads((shown) => shown.with(index, upload)));
        await queries.invalidateQueries();
      }
    },
    [queries],
  );
  const isOver = useDroppedFiles(take);
  return (
    <>
      <label className="button add-capture">
        Add captures
        <input
          type="file"
          multiple
          data-testid="upload"
          aria-label="Add captures"
          onChange={(event) => {
            void take([...(event.target.files ?? [])]);
            event.target.value = "";
          }}
        />
      </label>
      {uploads.length === 0 ? null : <UploadList uploads={uploads} onClose={() => setUploads([])} />}
      {isOver ? <div className="drop-hint">Drop captures to import them</div> : null}
    </>
  );
}

/** Files dropped on the window; true while some are held over it. */
function useDroppedFiles(take: (files: readonly File[]) => Promise<void>): boolean {
  const [isOver, setIsOver] = useState(false);
  useEffect(() => {
    const onOver = (event: DragEvent) => {
      if (event.dataTransfer?.types.includes("Files") !== true) return;
      event.preventDefault();
      setIsOver(true);
    };
    const onLeave = (event: DragEvent) => {
      if (event.relatedTarget === null) setIsOver(false);
    };
    const onDrop = (event: DragEvent) => {
      event.preventDefault();
      setIsOver(false);
      void take([...(event.dataTransfer?.files ?? [])]);
    };
    window.addEventListener("dragover", onOver);
    window.addEventListener("dragleave", onLeave);
    window.addEventListener("drop", onDrop);
    return () => {
      window.removeEventListener("dragover", onOver);
      window.removeEventListener("dragleave", onLeave);
      window.removeEventListener("drop", onDrop);
    };
  }, [take]);
  return isOver;
}

function UploadList({ uploads, onClose }: { readonly uploads: readonly Upload[]; readonly onClose: () => void }) {
  const isMoving = uploads.some(({ state }) => state === "moving");
  return (
    <section className="uploads" aria-label="Uploads" aria-live="polite">
      <div className="uploads-head">
        <strong>{isMoving ? "Importing" : "Imported"}</strong>
        {isMoving ? null : (
          <button type="button" className="quiet small" onClick={onClose} aria-label="Close uploads">
            ✕
          </button>
        )}
      </div>
      <ul>
        {uploads.map(({ name, text, ratio, state }, index) => (
          <li key={`${name} ${String(index)}`} className={state}>
            <strong>{name}</strong>
            <progress max={1} value={ratio} aria-label={`Progress of ${name}`} />
            <span className={state === "failed" ? "bad" : "dim"}>{text}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
