/** The formats that a project can be written in. */

import { compose } from "./compose.ts";
import type { Exporter } from "./exporter.ts";
import { pm2 } from "./pm2.ts";
import { processCompose } from "./process-compose.ts";
import { procfile } from "./procfile.ts";
import { systemd } from "./systemd.ts";

export const EXPORTERS: Readonly<Record<string, Exporter>> = {
  procfile,
  pm2,
  "process-compose": processCompose,
  compose,
  systemd,
};
