/** Hints at changes of files, as the platform gives them. */

import { darwinHints } from "./darwin/watch-hints.ts";
import { linuxHints } from "./linux/watch-hints.ts";
import type { OpenHints } from "./watcher/hints.ts";

export const openHints: OpenHints = process.platform === "linux" ? linuxHints : darwinHints;
