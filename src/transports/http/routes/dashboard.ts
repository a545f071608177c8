/** The dashboard. */

import { fail } from "../../../model/errors.ts";
import { PAGE } from "../media-types.ts";
import { pageHeaders } from "../page-headers.ts";
import { route, type Route } from "../route.ts";
import { text } from "../schema.ts";

export const dashboardRoutes: readonly Route[] = [
  route("GET /", {
    name: "dashboard",
    summary: "The dashboard: a page that needs nothing but this interface.",
    parameters: {},
    answers: { byType: { [PAGE]: text } },
    async run() {
      const html = await readPage();
      const type = `${PAGE}; charset=utf-8`;
      return { kind: "text", text: html, type, headers: pageHeaders(html) };
    },
  }),
];

async function readPage(): Promise<string> {
  try {
    const { dashboardPage } = await import("../../../dashboard-page.ts");
    return await dashboardPage();
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const hint =
      "Where procman was moved or upgraded since this daemon began, 'procman daemon restart' helps.";
    return fail("INTERNAL", `Cannot show the dashboard: its page cannot be read: ${message}`, hint);
  }
}
