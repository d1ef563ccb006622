import { toHex } from "@weir/base";

/**
 * The few facts of an ELF file that names of functions take (man 5 elf): of 64 bits, little-endian, as on all machines that the programs run on. Files are of whoever runs
 * on the host and may be anything: what does not fit is left out, and nothing is read that is longer than its limit.
 */
export interface ElfFile {
  /** In hexadecimal; undefined where it has none. */
  readonly buildId: string | undefined;
  readonly segments: readonly ElfSegment[];
  /** `.symtab` where it was not stripped, else `.dynsym`; undefined where it has neither. */
  readonly symbols: SymbolSection | undefined;
}

/** A part of the file that is in memory when it runs. */
export interface ElfSegment {
  readonly fileOffset: number;
  readonly address: number;
  readonly bytes: number;
}

/** Where a table of symbols lies in the file, and the texts that it names. */
export interface SymbolSection {
  readonly at: number;
  readonly bytes: number;
  readonly textsAt: number;
  readonly textsBytes: number;
}

/** Reads bytes of a file: as many as there are, up to so many. */
export type ReadAt = (at: number, bytes: number) => Uint8Array;

const MAGIC_64_LITTLE = 0x7f_45_4c_46_02_01;
const HEADER_BYTES = 64;
/** Members of Elf64_Ehdr. */
const Header = { segmentsAt: 32, sectionsAt: 40, segments: 56, sections: 60 } as const;
/** Members of Elf64_Phdr. */
const Segment = { offset: 8, address: 16, fileBytes: 32, bytes: 56 } as const;
/** Members of Elf64_Shdr. */
const Section = { type: 4, offset: 24, size: 32, link: 40, bytes: 64 } as const;
const LOADED = 1;
const NOTE = 4;
const SYMTAB = 2;
const DYNSYM = 11;
const BUILD_ID = 3;
const MAX_SECTIONS = 4_096;
const MAX_NOTE_BYTES = 4_096;

/** Reads what is there; undefined where it is no such file. */
export function readElf(read: ReadAt): ElfFile | undefined {
  const header = viewOf(read(0, HEADER_BYTES));
  if (header.byteLength < HEADER_BYTES || header.getUint32(0) * 0x10000 + header.getUint16(4) !== MAGIC_64_LITTLE)
    return undefined;
  const parts = tableAt(
    read,
    numberAt(header, Header.segmentsAt),
    header.getUint16(Header.segments, true),
    Segment.bytes,
  );
  const sections = tableAt(
    read,
    numberAt(header, Header.sectionsAt),
    Math.min(header.getUint16(Header.sections, true), MAX_SECTIONS),
    Section.bytes,
  );
  return {
    buildId: buildIdOf(parts, read),
    segments: parts.filter((part) => part.getUint32(0, true) === LOADED).map(readSegment),
    symbols: symbolsOf(sections, SYMTAB) ?? symbolsOf(sections, DYNSYM),
  };
}

/** Where in memory, by the file's own addresses, a place of the file is. */
export function addressOf(segments: readonly ElfSegment[], fileOffset: number): number | undefined {
  const found = segments.find(
    (segment) => fileOffset >= segment.fileOffset && fileOffset < segment.fileOffset + segment.bytes,
  );
  return found && fileOffset - found.fileOffset + found.address;
}

function readSegment(part: DataView): ElfSegment {
  return {
    fileOffset: numberAt(part, Segment.offset),
    address: numberAt(part, Segment.address),
    bytes: numberAt(part, Segment.fileBytes),
  };
}

function symbolsOf(sections: readonly DataView[], type: number): SymbolSection | undefined {
  const table = sections.find((section) => section.getUint32(Section.type, true) === type);
  const texts = table && sections[table.getUint32(Section.link, true)];
  if (table === undefined || texts === undefined) return undefined;
  return {
    at: numberAt(table, Section.offset),
    bytes: numberAt(table, Section.size),
    textsAt: numberAt(texts, Section.offset),
    textsBytes: numberAt(texts, Section.size),
  };
}

/** The note NT_GNU_BUILD_ID: lengths of name and text, a type, the name `GNU`, the text. */
function buildIdOf(parts: readonly DataView[], read: ReadAt): string | undefined {
  for (const part of parts) {
    if (part.getUint32(0, true) !== NOTE) continue;
    const bytes = read(numberAt(part, Segment.offset), Math.min(numberAt(part, Segment.fileBytes), MAX_NOTE_BYTES));
    const view = viewOf(bytes);
    for (let at = 0; at + 16 <= bytes.length; ) {
      const nameBytes = view.getUint32(at, true);
      const textBytes = view.getUint32(at + 4, true);
      const textAt = at + 12 + padded(nameBytes);
      if (view.getUint32(at + 8, true) === BUILD_ID && nameBytes === 4 && textAt + textBytes <= bytes.length)
        return toHex(bytes.subarray(textAt, textAt + textBytes));
      at = textAt + padded(textBytes);
    }
  }
  return undefined;
}

function tableAt(read: ReadAt, at: number, count: number, entryBytes: number): DataView[] {
  const bytes = read(at, count * entryBytes);
  return Array.from(
    { length: Math.floor(bytes.length / entryBytes) },
    (_, index) => new DataView(bytes.buffer, bytes.byteOffset + index * entryBytes, entryBytes),
  );
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function numberAt(view: DataView, at: number): number {
  return Number(view.getBigUint64(at, true));
}

function padded(bytes: number): number {
  return Math.ceil(bytes / 4) * 4;
}
