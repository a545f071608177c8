/** The processes of the machine, as the platform shows them. */

import * as darwin from "./darwin/process-table.ts";
import * as linux from "./linux/process-table.ts";
import type { ProcessTable } from "./process-row.ts";

export const processTable: ProcessTable =
  process.platform === "linux" ? linux.createTable() : darwin.createTable();
