/** A DHCP message of either version, as far as pairing and the call's text need it. */
export interface DhcpMessage {
  readonly version: 4 | 6;
  /** What the messages of one exchange have in common: transaction id and client. */
  readonly exchange: string;
  /** Name of its type. */
  readonly type: string;
  /** `tells`: nobody answers by the protocol's rules. */
  readonly role: "asks" | "answers" | "tells";
  /** The same, where the server begins. */
  readonly isFromServer: boolean;
  /** Types that an answer may be of, the likeliest first. */
  readonly answers: readonly string[];
  /** Why a server says no; undefined where it does not. */
  readonly refusal: Refusal | undefined;
  /** Address that it is about; empty where it names none. */
  readonly address: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** False where options did not fit, or fit in one another. */
  readonly isWhole: boolean;
}

/** A refusal in the protocol's own word. */
export interface Refusal {
  readonly code: string;
  readonly isClientsFault: boolean;
}
