/** The index beside a log file: which run wrote from which offset on, and when. The log itself holds the child's bytes
 *  and nothing else.
 *
 *  A header and then records, all of 32 bytes so that none crosses a page. A record stands before the bytes that it
 *  speaks of are written, so whatever is in the log has a time. */

export const RECORD_BYTES = 32;
const MAGIC = 0x31_58_49_4c; // "LIX1"

/** Longer run ids are cut: ids of procman have at most that many letters. */
export const RUN_ID_BYTES = 16;

export interface IndexRecord {
  /** In the log file. */
  readonly offset: number;
  readonly timeMs: number;
  readonly runId: string;
}

/** `base`: how many bytes the stream had written before the first of this file. */
export function encodeHeader(base: number): Uint8Array {
  const bytes = new Uint8Array(RECORD_BYTES);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, MAGIC, true);
  view.setFloat64(8, base, true);
  return bytes;
}

/** Null when it is no header: the index is lost or damaged. */
export function decodeHeader(bytes: Uint8Array): { readonly base: number } | null {
  if (bytes.length < RECORD_BYTES) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, RECORD_BYTES);
  const base = view.getFloat64(8, true);
  return view.getUint32(0, true) === MAGIC && Number.isSafeInteger(base) && base >= 0
    ? { base }
    : null;
}

export function encodeRecord({ offset, timeMs, runId }: IndexRecord): Uint8Array {
  const bytes = new Uint8Array(RECORD_BYTES);
  const view = new DataView(bytes.buffer);
  view.setFloat64(0, offset, true);
  view.setFloat64(8, timeMs, true);
  new TextEncoder().encodeInto(runId, bytes.subarray(RECORD_BYTES - RUN_ID_BYTES));
  return bytes;
}

/** Record number `at` of `bytes`, the header being number 0. */
export function decodeRecord(bytes: Buffer, at: number): IndexRecord {
  const start = at * RECORD_BYTES;
  const id = bytes.toString("latin1", start + RECORD_BYTES - RUN_ID_BYTES, start + RECORD_BYTES);
  const end = id.indexOf("\0");
  return {
    offset: bytes.readDoubleLE(start),
    timeMs: bytes.readDoubleLE(start + 8),
    runId: end < 0 ? id : id.slice(0, end),
  };
}
