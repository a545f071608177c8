/** Questions before what cannot be taken back, and the sheet of keys. */

import { button, element } from "./dom.ts";

export function confirmed(question: string, yes: string): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const dialog = element("dialog", { "aria-label": question }, element("p", {}, question));
  const end = (isYes: boolean) => () => {
    resolve(isYes);
    dialog.close();
  };
  const no = button("Cancel", end(false), { autofocus: true });
  dialog.append(element("div", { class: "bar" }, no, button(yes, end(true), { class: "risky" })));
  show(dialog, () => resolve(false));
  return promise;
}

const KEYS = [
  ["/", "filter processes"],
  ["j k ↓ ↑", "next and previous process"],
  ["Enter", "open the process"],
  ["s x r", "start, stop, restart the process in focus"],
  ["Esc", "close what is open, leave the filter"],
  ["?", "this list"],
] as const;

export function showKeys(): void {
  const rows = KEYS.map(([keys, what]) => {
    const shown = keys.split(" ").map((key) => element("kbd", {}, key));
    return element("tr", {}, element("th", { scope: "row" }, ...shown), element("td", {}, what));
  });
  const dialog = element("dialog", { "aria-label": "Keys" }, element("h2", {}, "Keys"));
  const close = button("Close", () => dialog.close(), { autofocus: true });
  dialog.append(element("table", {}, ...rows), element("div", { class: "bar" }, close));
  show(dialog, () => {});
}

function show(dialog: HTMLDialogElement, closed: () => void): void {
  dialog.addEventListener("close", () => {
    closed();
    dialog.remove();
  });
  document.body.append(dialog);
  dialog.showModal();
}
