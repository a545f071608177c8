/** What keys do. */

import { expect, test } from "bun:test";
import { doing } from "../../../src/cli/top/act.ts";
import type { Ask } from "../../../src/cli/top/ask.ts";
import { selectedRow } from "../../../src/cli/top/rows.ts";
import type { TopState } from "../../../src/cli/top/state.ts";
import { withLook } from "../../../src/cli/top/with-look.ts";
import { plainFrame, pressed, stateOf, status } from "./stage.ts";

const UP = "\u001B[A";
const DOWN = "\u001B[B";
const ESC = "\u001B";
const PAGE_UP = "\u001B[5~";
const PAGE_DOWN = "\u001B[6~";
const HOME = "\u001B[H";
const END = "\u001B[F";

const SHOP = stateOf({
  statuses: [
    status("db", { cpuPercent: 0, memoryBytes: 3_000, uptimeMs: 2_000 }),
    status("api", { cpuPercent: 80, memoryBytes: 2_000, uptimeMs: 3_000 }),
    status("old", { state: "stopped" }),
    status("web", { cpuPercent: 10, memoryBytes: 1_000, uptimeMs: 1_000 }),
  ],
});

const nameOf = (state: TopState): string | null => selectedRow(state)?.name ?? null;

test.each([
  ["", "db"],
  ["j", "api"],
  [`${DOWN}${DOWN}`, "old"],
  [`jj${UP}`, "api"],
  ["jjk", "api"],
  ["kkk", "db"],
  ["jjjjjjjj", "web"],
])("after %j %s is selected", (keys, name) => {
  expect(nameOf(pressed(SHOP, keys).state)).toBe(name);
});

const LEAVE: Ask = { kind: "leave", isInterrupt: false };
const action = (what: "start" | "stop" | "restart" | "kill", id: string): Ask => {
  return { kind: "action", action: what, id };
};

test.each([
  ["s", [action("stop", "shop/db.1")]],
  ["jjs", [action("start", "shop/old.1")]],
  ["jr", [action("restart", "shop/api.1")]],
  // A kill is asked about first, and nothing but y is a yes.
  ["K", []],
  ["Kn", []],
  ["K\r", []],
  [`K${ESC}`, []],
  ["Ky", [action("kill", "shop/db.1")]],
  // Whoever was asked about is meant, and keys meanwhile are answers.
  ["Kjy", []],
  ["a", [{ kind: "attach", id: "shop/db.1" }]],
  ["q", [LEAVE]],
  ["\u0003", [{ kind: "leave", isInterrupt: true }]],
  ["f\u0003", [{ kind: "leave", isInterrupt: true }]],
  ["\u001A", [{ kind: "suspend" }]],
  ["\f", [{ kind: "redraw" }]],
  ["\rq", [LEAVE]],
  ["iq", [LEAVE]],
  ["?q", [LEAVE]],
  // What is typed is no command, and neither is what is pasted.
  ["fsrq", []],
  ["/srq", []],
  ["\u001B[200~s\u001B[201~", []],
  ["\u001B[200~enter\u001B[201~q", [LEAVE]],
  ["K\u001B[200~y\u001B[201~", []],
  // Help hides what would be acted on: any key closes it.
  ["?s", []],
  ["?ss", [action("stop", "shop/db.1")]],
  ["xyz1\t\u001B[15~", []],
] as const)("%j asks for %j", (keys, asks) => {
  expect(pressed(SHOP, keys).asks).toEqual([...asks]);
});

test.each([
  ["", ["db", "api", "old", "web"]],
  ["o", ["api", "web", "db", "old"]],
  ["oo", ["db", "api", "web", "old"]],
  ["ooo", ["api", "db", "web", "old"]],
  ["oooo", ["db", "api", "old", "web"]],
  ["fB", ["db", "web"]],
  ["fb\r", ["db", "web"]],
  ["fb\rj", ["db", "web"]],
  [`fb${ESC}`, ["db", "api", "old", "web"]],
  [`fb\r${ESC}`, ["db", "api", "old", "web"]],
  ["fbx\u007F\r", ["db", "web"]],
  ["f\u001B[200~b\n\u001B[201~\r", ["db", "web"]],
  ["fbx\u0015\r", ["db", "api", "old", "web"]],
])("after %j the rows are %j", (keys, names) => {
  const frame = plainFrame(pressed(SHOP, keys).state);
  const rows = frame.slice(2, 2 + names.length).map((line) => line.slice(2).split(" ")[0]);
  expect(rows).toEqual(names);
  expect(frame[2 + names.length]).toStartWith("──");
});

test("the selection stays with its process when the order changes, and goes to the next when it is gone", () => {
  const sorted = pressed(SHOP, "jo").state;
  expect([nameOf(sorted), sorted.choice.at]).toEqual(["api", 0]);
  const filtered = pressed(SHOP, "jfb").state;
  expect(nameOf(filtered)).toBe("web");
  expect(nameOf(pressed(SHOP, "fnobody").state)).toBeNull();
  // It was nobody, and is the first again.
  expect(nameOf(pressed(SHOP, `fnobody${ESC}`).state)).toBe("db");
});

const LINES = Array.from({ length: 100 }, (_, at) => `line ${at + 1}`);

/** Eight lines of the log are seen. */
const LOGGED = stateOf({ statuses: [status("api")], log: LINES, size: { columns: 60, rows: 13 } });

const seen = (state: TopState): (string | undefined)[] => {
  const lines = plainFrame(state).filter((line) => /^line \d+$/.test(line));
  return [lines[0], lines.at(-1)];
};

test.each([
  ["", "line 93", "line 100"],
  [PAGE_UP, "line 86", "line 93"],
  [PAGE_UP.repeat(2), "line 79", "line 86"],
  [PAGE_UP.repeat(2) + PAGE_DOWN, "line 86", "line 93"],
  [PAGE_UP.repeat(50), "line 1", "line 8"],
  [PAGE_UP + PAGE_DOWN.repeat(3), "line 93", "line 100"],
  [HOME, "line 1", "line 8"],
  [HOME + PAGE_DOWN, "line 8", "line 15"],
  [HOME + END, "line 93", "line 100"],
  [`${HOME}${ESC}`, "line 93", "line 100"],
  // On the whole screen lines are scrolled one by one, too.
  ["\r", "line 90", "line 100"],
  ["\rk", "line 89", "line 99"],
  ["\rkkj", "line 89", "line 99"],
  [`\r${HOME}j`, "line 2", "line 12"],
  [`\r${ESC}`, "line 93", "line 100"],
  ["\rl", "line 93", "line 100"],
])("after %j the log is seen from %s to %s", (keys, first, last) => {
  expect(seen(pressed(LOGGED, keys).state)).toEqual([first, last]);
});

test("what comes while somebody is further up moves nothing; at the end it is followed", () => {
  const more = (state: TopState): TopState => {
    const line = { stream: "stdout", timeMs: 0, text: "line 101" } as const;
    return { ...state, log: { ...state.log, lines: [...state.log.lines, line] } };
  };
  const up = pressed(LOGGED, PAGE_UP).state;
  expect(seen(more(up))).toEqual(seen(up));
  expect(seen(more(LOGGED))).toEqual(["line 94", "line 101"]);
  expect(seen(more(pressed(LOGGED, PAGE_UP + END).state))).toEqual(["line 94", "line 101"]);
});

test.each([
  ["/err\r", "err", true],
  // Capitals count once there are any.
  ["/err\r", "ERR", true],
  ["/Err\r", "err", false],
  ["/^GET .* 5\\d\\d$\r", "GET /orders 503", true],
  ["/^GET .* 5\\d\\d$\r", "GET /orders 200", false],
])("%j finds in '%s': %j", (keys, line, finds) => {
  const { search } = pressed(LOGGED, keys).state.log;
  expect(search?.lines.matches(line)).toBe(finds);
});

test("a search that cannot be read says so, and can be mended or given up", () => {
  const bad = pressed(LOGGED, "/a(\r").state;
  expect(plainFrame(bad).join("\n")).toContain("Cannot search for that: ");
  expect(pressed(bad, ")\r").state.log.search?.text).toBe("a()");
  expect(pressed(bad, ESC).state).toMatchObject({ prompt: null, log: { search: null } });
  const found = pressed(LOGGED, "/x\r").state;
  expect(pressed(found, ESC).state.log.search).toBeNull();
  expect(pressed(found, "/\u0015\r").state.log.search).toBeNull();
  expect(pressed(found, `/${ESC}`).state.log.search?.text).toBe("x");
});

test.each([
  ["K", "Kill shop/db.1 (pid 4242) with all its processes? y/n"],
  ["Kn", "Not killed."],
  ["fab", "Names with: ab_"],
  ["/ab", "Lines with: ab_"],
  ["g", "There is one project: with --all there are groups."],
  ["?", "Esc back  PgDn more  ? help  q leave"],
  ["i", "Esc back  ↑↓ select  PgDn more  ? help  q leave"],
  ["i\r", "Esc back  PgDn more  ? help  q leave"],
])("after %j the last line is: %s", (keys, text) => {
  expect(plainFrame(pressed(SHOP, keys).state).at(-1)).toBe(text);
});

test("what was said goes with the next key, or when it was read; what is under way stays", () => {
  const last = (state: TopState): string => plainFrame(state).at(-1) ?? "";
  const at = (state: TopState, nowMs: number): string => {
    return last(withLook(state, { statuses: SHOP.list.statuses, daemonPid: 812 }, null, nowMs));
  };
  const told = pressed(SHOP, "g").state;
  expect(at(told, 4_000)).toBe(last(told));
  expect(at(told, 6_000)).toContain("? help");
  expect(last(pressed(told, "j").state)).toContain("? help");
  const under = doing(SHOP, "stop", "shop/db.1");
  expect(at(under, 60_000)).toBe("Stopping shop/db.1 …");
});

test("on the line of a project nothing is started or stopped", () => {
  const all = stateOf({ statuses: [status("shop/a"), status("blog/b")], isOfAll: true });
  for (const key of ["s", "r", "K", "a", "i"]) {
    const { state, asks } = pressed(all, `k${key}`);
    expect([key, asks, plainFrame(state).at(-1)]).toEqual([
      key,
      [],
      "Select a process of the project first.",
    ]);
  }
  const folded = pressed(all, "k\r").state;
  expect(plainFrame(folded)[2]).toBe("> ▸ shop  1 running");
  expect(plainFrame(pressed(folded, "\r").state)[2]).toBe("> ▾ shop  1 running");
});

test("help and what is known of a process are scrolled where they do not fit", () => {
  const small = { ...SHOP, size: { columns: 60, rows: 10 } };
  const from = (keys: string): string | undefined => plainFrame(pressed(small, keys).state)[1];
  expect(from("?")).toBe("Processes");
  expect(from("?j")).toStartWith("  ↑ ↓");
  expect(from(`?${END}`)).not.toBe("Processes");
  expect(plainFrame(pressed(small, `?${END}`).state)[8]).toContain("leave; processes go on");
  expect(from(`?${PAGE_DOWN}${PAGE_UP}`)).toBe("Processes");
});
