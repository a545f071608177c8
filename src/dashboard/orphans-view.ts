/** What is left of runs that are over. */

import type { Stranger } from "../protocol/strangers.ts";
import type { Actions } from "./actions.ts";
import { get } from "./api.ts";
import { button, element } from "./dom.ts";
import { lastedText } from "./text.ts";
import { repeatedly, type View } from "./view.ts";

const LOOK_MS = 5_000;

export function orphansView(actions: Actions): View {
  const body = element("div");
  const about = "Processes of the system that a run has left behind. Nothing else is ended here.";
  const section = element(
    "section",
    { "aria-label": "Orphans" },
    element("h2", {}, "Orphans"),
    element("p", {}, about),
    body,
  );
  const end = async (of: Stranger): Promise<void> => {
    await actions.endOrphan(of.pid, of.command);
    await asking.again();
  };
  const show = (found: readonly Stranger[]): void => {
    const rows = found.map((it) => row(it, () => void end(it)));
    const names = ["Pid", "Of", "Command", "Ports", "Age", ""];
    const heads = names.map((name) => element("th", { scope: "col" }, name));
    const table = element(
      "table",
      {},
      element("thead", {}, element("tr", {}, ...heads)),
      element("tbody", {}, ...rows),
    );
    body.replaceChildren(
      rows.length > 0 ? table : element("p", { class: "empty" }, "There are none."),
    );
  };
  const asking = repeatedly(LOOK_MS, async (signal) => {
    show(await get<readonly Stranger[]>("/api/orphans", signal));
  });
  return { element: section, update() {}, close: asking.close };
}

function row(of: Stranger, end: () => void): HTMLElement {
  const { pid, project, process, command, ports, ageMs } = of;
  const own = process === null ? "" : `${project ?? ""}/${process}`;
  const cells = [String(pid), own, command, ports.join(" "), lastedText(ageMs)];
  return element(
    "tr",
    {},
    ...cells.map((text) => element("td", {}, text)),
    element("td", { class: "acts" }, button("End", end, { "aria-label": `End pid ${pid}` })),
  );
}
