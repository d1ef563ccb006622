/** A part of a process' memory that holds code. */
export interface CodeRegion {
  readonly begin: number;
  readonly end: number;
  /** Where in the file it begins. */
  readonly fileOffset: number;
  /** Path of the file as the process sees it, `[vdso]`, or empty where the memory is of no file. */
  readonly path: string;
  /** The two addresses as the kernel writes them: the name below `/proc/PID/map_files`. */
  readonly name: string;
}

/** Regions of one process that are kept at most. */
const MAX_REGIONS = 4_096;
const LINE = /^([0-9a-f]+)-([0-9a-f]+) ..x. ([0-9a-f]+) \S+ \d+ *(.*)$/gm;

/** Reads `/proc/PID/maps` (man 5 proc_pid_maps): what may be executed, by address. */
export function parseCodeRegions(maps: string): CodeRegion[] {
  const regions: CodeRegion[] = [];
  for (const [, begin = "", end = "", offset = "", path = ""] of maps.matchAll(LINE)) {
    if (regions.length === MAX_REGIONS) break;
    regions.push({
      begin: Number.parseInt(begin, 16),
      end: Number.parseInt(end, 16),
      fileOffset: Number.parseInt(offset, 16),
      path: path.replace(/ \(deleted\)$/, ""),
      name: `${begin}-${end}`,
    });
  }
  return regions;
}

/** The region that has the address; regions are in their order. */
export function regionAt(regions: readonly CodeRegion[], address: number): CodeRegion | undefined {
  let low = 0;
  let high = regions.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((regions[middle]?.end ?? 0) <= address) low = middle + 1;
    else high = middle;
  }
  const found = regions[low];
  return found !== undefined && found.begin <= address ? found : undefined;
}
