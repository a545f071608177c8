/** Compresses what was rotated twice: `.2` becomes `.2.zst` or `.2.gz`. The latest rotated file stays plain, because
 *  followers are still likely to read it. */

import { rmSync } from "node:fs";
import { open, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { COMPRESSIONS, endingOf } from "../logfile/compression.ts";
import { rotatedPath } from "../logfile/paths.ts";
import type { Compression, LogSpec } from "../model/spec.ts";
import type { CompressedCopy } from "./chain.ts";

/** Off the thread that asks. */
const compress: Readonly<Record<Compression, (bytes: Buffer) => Promise<Buffer>>> = {
  zstd: (bytes) => Bun.zstdCompress(bytes),
  async gzip(bytes) {
    const { gzip } = await import("node:zlib"); // It takes 7 ms and 10 MB to load.
    return promisify<Buffer, Buffer>(gzip)(bytes);
  },
};

/** How the rotated files of a process are compressed; null: not at all. */
export function compressionOf({ compress: given }: Pick<LogSpec, "compress">): Compression | null {
  if (given === "gzip") return given;
  return given ? "zstd" : null;
}

/** What a dead daemon has left half done: copies that are not whole, and files beside their whole copies. */
export function dropInterrupted(home: string): void {
  const logs = join(home, "logs");
  const scan = (pattern: string) => new Bun.Glob(pattern).scanSync({ cwd: logs, dot: true });
  for (const pattern of ["*/*.compressing-*", "*/*.log.emptied"]) {
    for (const name of scan(pattern)) rmSync(join(logs, name), { force: true });
  }
  for (const ending of COMPRESSIONS.map(endingOf)) {
    for (const name of scan(`*/*.log.*${ending}`)) {
      rmSync(join(logs, name.slice(0, -ending.length)), { force: true });
    }
  }
}

/** Files under way, so that none is compressed twice at once. */
const underWay = new Set<number>();

/** Makes the copy; the log worker puts it in place, because only it may rename. Null when there is nothing to do. */
export async function compressRotated(
  log: string,
  compression: Compression,
): Promise<CompressedCopy | null> {
  const path = rotatedPath(log, { nth: 2, compression: null });
  const file = await open(path, "r").catch(() => null);
  if (file === null) return null;
  const { ino: inode } = await file.stat();
  if (underWay.has(inode)) {
    await file.close();
    return null;
  }
  underWay.add(inode);
  const copy = `${log}.compressing-${inode}`;
  try {
    const bytes = await file.readFile();
    // As the log itself: not for other users.
    await writeFile(`${copy}.part`, await compress[compression](bytes), { mode: 0o600 });
    await rename(`${copy}.part`, copy);
    return { inode, copy, compression };
  } catch (error) {
    await rm(`${copy}.part`, { force: true });
    throw error;
  } finally {
    underWay.delete(inode);
    await file.close();
  }
}
