/** True for the first digit of a reply. */
export function isReplyDigit(byte: number): boolean {
  return byte >= 0x31 && byte <= 0x35;
}

/** True where text may be the beginning of replies, its last line perhaps cut. */
export function beginsLikeReplies(start: string): boolean {
  const lines = start.split("\n");
  const last = lines.pop() ?? "";
  return (
    lines.every((line) => /^(?:[1-5]\d\d(?:[ -].*)?| .*)\r?$/.test(line)) &&
    /^(?:[1-5](?:\d(?:\d(?:[ -].*)?)?)?\r?| .*)?$/.test(last)
  );
}

export function isLetter(byte: number): boolean {
  const lower = byte | 0x20;
  return lower >= 0x61 && lower <= 0x7a;
}

/** True where text may be the beginning of a line with one of the commands, which are in upper case. */
export function beginsLikeCommand(start: string, commands: ReadonlySet<string>): boolean {
  const [, word = "", behind = ""] = /^([A-Za-z]{1,8})([^A-Za-z]?)/.exec(start) ?? [];
  const upper = word.toUpperCase();
  if (behind !== "") return commands.has(upper) && /[ \r\n]/.test(behind);
  return upper !== "" && [...commands].some((command) => command.startsWith(upper));
}
