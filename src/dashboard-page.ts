/** The page of the dashboard: one document with all that it needs, made of `src/dashboard`. An installed package has it
 *  ready-made; a checkout makes it anew each time, so that an edit is seen by loading the page again. */

import { join } from "node:path";
import { DASHBOARD } from "./programs.ts";

/** Nothing of it is kept in memory: few look, and not often. */
export async function dashboardPage(): Promise<string> {
  const built = Bun.file(DASHBOARD.built);
  return (await built.exists()) ? built.text() : makeDashboardPage();
}

export async function makeDashboardPage(): Promise<string> {
  const { sources } = DASHBOARD;
  const { outputs } = await Bun.build({
    entrypoints: [join(sources, "main.ts"), join(sources, "page.css")],
    target: "browser",
    minify: true,
  });
  const textOf = async (kind: string) =>
    (await outputs.find(({ type }) => type.startsWith(kind))?.text()) ?? "";
  const [script, style] = [await textOf("text/javascript"), await textOf("text/css")];
  const frame = await Bun.file(join(sources, "page.html")).text();
  return frame
    .replace("/* page.css */", () => style.trim())
    .replace("/* main.ts */", () => script.trim());
}
