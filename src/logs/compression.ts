/** Compresses what was rotated twice: `.2` becomes `.2.zst`. The latest rotated file stays plain, because followers
 *  are still likely to read it. */

import { rmSync } from "node:fs";
import { open, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { rotatedPath } from "../logfile/paths.ts";

/** What a dead daemon has left half done: copies that are not whole, and files beside their whole copies. */
export function dropInterrupted(home: string): void {
  const logs = join(home, "logs");
  const scan = (pattern: string) => new Bun.Glob(pattern).scanSync({ cwd: logs, dot: true });
  for (const pattern of ["*/*.compressing-*", "*/*.log.emptied"]) {
    for (const name of scan(pattern)) rmSync(join(logs, name), { force: true });
  }
  for (const name of scan("*/*.log.*.zst")) {
    rmSync(join(logs, name.slice(0, -".zst".length)), { force: true });
  }
}

/** Files under way, so that none is compressed twice at once. */
const underWay = new Set<number>();

/** Makes the copy; the log worker puts it in place, because only it may rename. Null when there is nothing to do. */
export async function compressRotated(
  log: string,
): Promise<{ readonly inode: number; readonly copy: string } | null> {
  const path = rotatedPath(log, 2, false);
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
    await Bun.write(`${copy}.part`, await Bun.zstdCompress(bytes));
    await rename(`${copy}.part`, copy);
    return { inode, copy };
  } catch (error) {
    await rm(`${copy}.part`, { force: true });
    throw error;
  } finally {
    underWay.delete(inode);
    await file.close();
  }
}
