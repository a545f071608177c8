/** How rotated files are compressed: what the names of such files end in, and what was in them. */

import type { Compression } from "../model/spec.ts";

const ENDINGS: Readonly<Record<Compression, string>> = { zstd: ".zst", gzip: ".gz" };

/** Of a file's name; empty for one that is not compressed. */
export function endingOf(compression: Compression | null): string {
  return compression === null ? "" : ENDINGS[compression];
}

export const COMPRESSIONS = Object.keys(ENDINGS) as readonly Compression[];

/** The content of a compressed file as a whole. Throws when it is damaged. */
export function decompress(bytes: Buffer<ArrayBuffer>, compression: Compression): Buffer {
  if (compression === "zstd") return Bun.zstdDecompressSync(bytes);
  const { buffer, byteOffset, length } = Bun.gunzipSync(bytes);
  return Buffer.from(buffer, byteOffset, length);
}
