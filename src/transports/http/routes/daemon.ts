/** The daemon's own health, and the description of the interface. */

import { placeOf } from "../../../protocol/place.ts";
import { openApi } from "../open-api.ts";
import { project, words } from "../parameters.ts";
import { jsonReply, route, type Route } from "../route.ts";
import { anything, listOf, named, objectOf, text, time } from "../schema.ts";

const health = objectOf<{ status: string; timestamp: string }>("The daemon's own.", {
  status: text,
  timestamp: time,
});

const wellness = (status: string) => async () =>
  jsonReply({ status, timestamp: new Date().toISOString() });

/** `every`: the routes that there are, for the description. */
export function daemonRoutes(every: () => readonly Route[]): readonly Route[] {
  return [
    route("GET /health", {
      name: "health",
      summary: "Whether the daemon answers.",
      isOpen: true,
      parameters: {},
      answers: health,
      run: wellness("healthy"),
    }),
    route("GET /livez", {
      name: "livez",
      summary: "Whether the daemon lives.",
      isOpen: true,
      parameters: {},
      answers: health,
      run: wellness("alive"),
    }),
    route("GET /readyz", {
      name: "readyz",
      summary: "Whether the daemon can be asked: 503 while it ends.",
      isOpen: true,
      parameters: {},
      answers: health,
      async run(calls) {
        await calls.call("daemon-status", {});
        return wellness("ready")();
      },
    }),
    route("GET /openapi.json", {
      name: "openapi",
      summary: "This description.",
      parameters: {},
      answers: anything,
      run: async () => jsonReply(openApi(every())),
    }),
    route("GET /api/health", {
      name: "surveyHealth",
      summary: "Whether all processes that are meant to be up are ready and well.",
      parameters: { project, targets: words("Only these") },
      answers: named("HealthSurvey"),
      async run(calls, { project: name, targets }) {
        const all = name === null;
        const input = { ...placeOf(name), targets: targets ?? [], all };
        return jsonReply(await calls.call("health", input));
      },
    }),
    route("GET /api/alerts", {
      name: "listAlerts",
      summary: "What is alerting now.",
      parameters: { project },
      answers: listOf(named("Alert")),
      async run(calls, { project: name }) {
        const all = name === null;
        return jsonReply(await calls.call("alerts", { ...placeOf(name), all }));
      },
    }),
  ];
}
