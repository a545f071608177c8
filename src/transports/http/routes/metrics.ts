/** Metrics for Prometheus. */

import { placeOf } from "../../../protocol/place.ts";
import { EXPOSITION_TYPE, exposition } from "../../../protocol/exposition.ts";
import { route, type Route } from "../route.ts";
import { text } from "../schema.ts";

export const metricRoutes: readonly Route[] = [
  route("GET /metrics", {
    name: "metrics",
    summary: "Metrics in the text format of Prometheus.",
    parameters: {},
    answers: { byType: { "text/plain": text } },
    async run(calls) {
      const input = { ...placeOf(null), targets: [], all: true };
      const daemon = await calls.call("daemon-status", {});
      const processes = await calls.call("list", input);
      const told = await calls.call("stats", { ...input, sinceMs: null });
      return { kind: "text", text: exposition(daemon, processes, told), type: EXPOSITION_TYPE };
    },
  }),
];
