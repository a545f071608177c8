/** Writes the manual page procman(1) anew: `bun docs/write-man-page.ts`. */

import { join } from "node:path";
import { manPage } from "../src/cli/help/man-page.ts";

await Bun.write(join(import.meta.dir, "procman.1"), await manPage());
