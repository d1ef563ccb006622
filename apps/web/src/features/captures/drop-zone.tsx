import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useState } from "react";
import { ApiError, api, uploadCapture } from "../../lib/api.ts";

const POLL_MS = 400;

interface Upload {
  readonly name: string;
  readonly text: string;
  readonly ratio: number;
  readonly failed: boolean;
}

/** Takes captures: dropped anywhere on the page, or chosen. Shows how far each upload and import is. */
export function DropZone() {
  const [upload, setUpload] = useState<Upload>();
  const [isOver, setIsOver] = useState(false);
  const queries = useQueryClient();

  const take = useCallback(
    async (files: Iterable<File>) => {
      for (const file of files) {
        await importFile(file, setUpload);
        await queries.invalidateQueries();
      }
    },
    [queries],
  );

  useEffect(() => {
    const onOver = (event: DragEvent) => {
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

  return (
    <div className="uploads">
      <label className="button">
        Add a capture
        <input
          type="file"
          multiple
          data-testid="upload"
          aria-label="Add a capture"
          onChange={(event) => {
            void take([...(event.target.files ?? [])]);
            event.target.value = "";
          }}
        />
      </label>
      {upload === undefined ? null : (
        <output className={upload.failed ? "bad" : ""}>
          <progress max={1} value={upload.ratio} aria-label="Progress" /> {upload.name}: {upload.text}
        </output>
      )}
      {isOver ? <div className="drop-hint">Drop the capture to import it</div> : null}
    </div>
  );
}

/** Uploads one file and follows its import to the end. */
async function importFile(file: File, show: (upload: Upload) => void): Promise<void> {
  const { name } = file;
  try {
    let state = await uploadCapture(file, (ratio) =>
      show({ name, text: `uploading ${Math.round(ratio * 100)} %`, ratio: ratio / 2, failed: false }),
    ).then((received) => received);
    if (state.duplicate && state.state === "done") {
      show({ name, text: "was already here, nothing added", ratio: 1, failed: false });
      return;
    }
    while (state.state === "received" || state.state === "reading") {
      show({
        name,
        text: `reading, ${state.packets} packets`,
        ratio: 0.5 + state.bytesRead / Math.max(1, state.fileBytes) / 2,
        failed: false,
      });
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
      state = { ...(await api.importState(state.captureId)), duplicate: false };
    }
    const text =
      state.state === "failed"
        ? (state.problem ?? "failed")
        : `${state.packets} packets${state.problem === undefined ? "" : ` (${state.problem})`}`;
    show({ name, text, ratio: 1, failed: state.state === "failed" });
  } catch (error) {
    const text = error instanceof ApiError ? `${error.message}. ${error.problem.hint}.` : String(error);
    show({ name, text, ratio: 0, failed: true });
  }
}
