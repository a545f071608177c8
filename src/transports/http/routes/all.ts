/** Every route. Another group of them is a file and a line here. */

import type { Route } from "../route.ts";
import { actionRoutes } from "./actions.ts";
import { daemonRoutes } from "./daemon.ts";
import { dashboardRoutes } from "./dashboard.ts";
import { eventRoutes } from "./events.ts";
import { logRoutes } from "./logs.ts";
import { mcpRoutes } from "./mcp.ts";
import { metricRoutes } from "./metrics.ts";
import { processRoutes } from "./processes.ts";
import { strangerRoutes } from "./strangers.ts";

export const ROUTES: readonly Route[] = [
  ...daemonRoutes(() => ROUTES),
  ...processRoutes,
  ...actionRoutes,
  ...logRoutes,
  ...eventRoutes,
  ...strangerRoutes,
  ...metricRoutes,
  ...mcpRoutes,
  ...dashboardRoutes,
];
