/** Frames: what is known, as lines. */

import { expect, test } from "bun:test";
import { painter } from "../../../src/cli/output.ts";
import { frameOf } from "../../../src/cli/top/frame.ts";
import { said, type TopState } from "../../../src/cli/top/state.ts";
import { plainFrame, pressed, stateOf, status } from "./stage.ts";

const SHOP = [
  status("db", { cpuPercent: 0.2, memoryBytes: 8_100_000 }),
  status("api.1", { health: "healthy", ports: [3000], restarts: 2 }),
  status("api.2", { health: "unhealthy", ports: [3001], reason: "unhealthy: GET / answered 503" }),
  status("worker", { state: "failed", reason: "exited with code 3; 5 restarts in 60s" }),
  status("migrate", { state: "completed" }),
];

test("head, table, the log of the selected one, and keys", () => {
  const state = stateOf({
    statuses: SHOP,
    log: ["first", "second"],
    size: { columns: 100, rows: 12 },
  });
  expect(plainFrame(state)).toEqual([
    "shop  3 running, 1 failed, 1 completed, 1 unhealthy  CPU 3.2 %  MEM 70 MB  daemon 812",
    "  NAME     STATE      HEALTH         CPU      MEM   UPTIME  RESTARTS  PORT  REASON",
    "> db       running    -            0.2 %   8.1 MB    1m 5s         0     -",
    "  api.1    running    healthy      1.5 %    31 MB    1m 5s         2  3000",
    "  api.2    running    unhealthy    1.5 %    31 MB    1m 5s         0  3001  unhealthy: GET / answer…",
    "  worker   failed     exited with code 3; 5 restarts in 60s",
    "── shop/db.1 · running · pid 4242 · ./db ─────────────────────────────────────────────── following ─",
    "first",
    "second",
    "",
    "",
    "↑↓ select  Enter log  s stop  r restart  K kill  i why  / search  f filter  o order  ? help  q leave",
  ]);
});

test("why the selected one is not fine is said in full", () => {
  const { state } = pressed(stateOf({ statuses: SHOP, size: { columns: 60, rows: 20 } }), "jj");
  expect(plainFrame(state)[8]).toBe("  unhealthy: GET / answered 503");
  const waiting = status("late", {
    state: "backoff",
    reason: "exited with code 1",
    nextRunAt: new Date(5_500).toISOString(),
  });
  const later = { ...stateOf({ statuses: [waiting] }), nowMs: 1_000 };
  expect(plainFrame(later)[2]).toBe("> late    backoff    exited with code 1; again in 4s");
});

test("columns go one after the other where there is no room, and never the name and the state", () => {
  const titles = [120, 80, 70, 56, 48, 40, 30, 20, 12].map((columns) => {
    const state = stateOf({ statuses: SHOP, size: { columns, rows: 24 } });
    return plainFrame(state)[1]?.trim().replaceAll(/ +/g, " ");
  });
  expect(titles).toEqual([
    "NAME STATE HEALTH CPU MEM UPTIME RESTARTS PORT REASON",
    "NAME STATE HEALTH CPU MEM UPTIME RESTARTS PORT",
    "NAME STATE HEALTH CPU MEM UPTIME RESTARTS",
    "NAME STATE HEALTH CPU MEM UPTIME",
    "NAME STATE HEALTH CPU MEM",
    "NAME STATE CPU MEM",
    "NAME STATE CPU",
    "NAME STATE",
    "NAME ST…",
  ]);
});

const NASTY = [
  "\u001B[31mred that never ends",
  "漢字".repeat(200),
  "👨‍👩‍👧‍👦 family \u0301 e\u0301",
  "\u001B[2J\u001B[H\u001B[?1049h\u001B]0;title\u0007\u001BPq\u001B\\ moves",
  "a\tb\tc",
  "10 %\r20 %\r30 %",
  "bell\u0007 null\u0000 c1\u009B31m sep\u2028arator",
  "x".repeat(5_000),
  "\uFFFD\uD800 half",
];
/** Of the program's own colours nothing but those may be left. */
// oxlint-disable-next-line no-control-regex
const OTHER_CONTROLS = /\u001B(?!\[[\d;]*m)|[\u0000-\u001A\u001C-\u001F\u007F-\u009F]/;

test.each([
  [40, 10],
  [80, 24],
  [100, 30],
  [20, 5],
  [10, 3],
  [1, 1],
  [2, 2],
  [400, 200],
])(
  "at %i × %i every frame has its lines, none too wide, whatever a program writes",
  (columns, rows) => {
    const size = { columns, rows };
    const many = Array.from({ length: 500 }, (_, at) => status(`p.${at + 1}`));
    const reason = NASTY.join("\n");
    const states: TopState[] = [
      stateOf({ size }),
      stateOf({ size, statuses: SHOP, log: NASTY }),
      stateOf({ size, statuses: many, log: NASTY }),
      stateOf({ size, statuses: [status("a", { state: "failed", reason, command: reason })] }),
      stateOf({ size, statuses: SHOP, isOfAll: true, log: NASTY }),
    ];
    for (const begun of states) {
      for (const keys of [
        "",
        "\r",
        "\r\u001B[5~",
        "?",
        "i",
        "K",
        "/abc漢字",
        "fx",
        "jjjjjt",
        "a",
      ]) {
        const { state } = pressed(begun, keys);
        for (const paint of [painter(true), painter(false)]) {
          const lines = frameOf(state, paint);
          expect([keys, lines.length]).toEqual([keys, rows]);
          for (const line of lines) {
            expect([keys, line, Bun.stringWidth(line) <= columns]).toEqual([keys, line, true]);
            expect([keys, line, OTHER_CONTROLS.test(line)]).toEqual([keys, line, false]);
          }
        }
      }
    }
  },
);

test("without colours there is no sequence in a frame, with them each line ends without", () => {
  const state = stateOf({ statuses: SHOP, log: NASTY });
  expect(frameOf(state, painter(false)).join("\n")).not.toContain("\u001B");
  const red = frameOf(state, painter(true)).find((line) => line.includes("red that never ends"));
  expect(red).toEndWith("\u001B[0m");
});

test("the selected row is seen among however many", () => {
  const many = Array.from({ length: 500 }, (_, at) => status(`p.${at + 1}`));
  let state = stateOf({ statuses: many });
  for (const [keys, name] of [
    ["", "p.1 "],
    ["j".repeat(250), "p.251"],
    ["j".repeat(400), "p.500"],
    ["k".repeat(1_000), "p.1 "],
  ] as const) {
    ({ state } = pressed(state, keys));
    const marked = plainFrame(state).filter((line) => line.startsWith("> "));
    expect(marked).toEqual([expect.stringContaining(name)]);
  }
});

test("while there is no daemon it is said, beside what was seen last", () => {
  const seen = stateOf({ statuses: SHOP });
  const trouble = "The daemon does not answer.";
  const frame = plainFrame({ ...seen, list: { ...seen.list, daemonPid: null, trouble } });
  expect(frame[0]).toStartWith("shop  no daemon  3 running");
  expect(frame[2]).toContain("db");
  expect(frame.at(-1)).toBe(trouble);
});

test("what is to be said is said whole, as long as it leaves anything else to be seen", () => {
  const text =
    "Cannot attach to shop/api.1: it has no terminal. Set 'tty: true' in its definition.";
  const state = said(stateOf({ statuses: SHOP, size: { columns: 40, rows: 10 } }), text, "bad");
  const frame = plainFrame(state);
  expect(frame).toHaveLength(10);
  expect(frame.slice(-3).join(" ")).toBe(text);
  const long = plainFrame(said(state, `${text} `.repeat(20), "bad"));
  expect(long.filter((line) => line.includes("attach"))).toHaveLength(2);
  expect(long[0]).toStartWith("shop");
});

test.each([
  [{}, "Nothing runs here. 'procman up' starts the project."],
  [{ isOfAll: true }, "Nothing runs."],
] as const)("with nothing there (%j): %s", (staged, text) => {
  expect(plainFrame(stateOf(staged))[1]).toBe(text);
});

test("of all projects each has a line of its own above its processes, with what they come to", () => {
  const statuses = [...SHOP, status("blog/front"), status("blog/back", { state: "stopped" })];
  const state = stateOf({ statuses, isOfAll: true, size: { columns: 80, rows: 30 } });
  const frame = plainFrame(state);
  expect(frame[2]).toBe("  ▾ shop  3 running, 1 failed, 1 completed, 1 unhealthy");
  expect(frame[8]).toBe("  ▾ blog  1 running, 1 stopped");
  const folded = plainFrame(pressed(state, "k\r").state);
  expect(folded.slice(2, 4)).toEqual([
    "> ▸ shop  3 running, 1 failed, 1 completed, 1 unhealthy",
    "  ▾ blog  1 running, 1 stopped",
  ]);
  const flat = plainFrame(pressed(state, "g").state);
  expect(flat.slice(2, 9).map((line) => line.slice(2).split(" ")[0])).toEqual([
    "shop/db",
    "shop/api.1",
    "shop/api.2",
    "shop/worker",
    "shop/migrate",
    "blog/front",
    "blog/back",
  ]);
});

test("where there is room the course of the selected one is seen", () => {
  const points = [0, 10_000, 20_000].map((atMs, at) => ({
    time: new Date(atMs).toISOString(),
    cpuPercent: at * 10,
    memoryBytes: 1_000_000 + at * 1_000_000,
  }));
  const span = { min: 1_000_000, mean: 2_000_000, max: 3_000_000 };
  const history = { since: points[0]!.time, cpuPercent: null, memoryBytes: span, points };
  const state = { ...stateOf({ statuses: SHOP }), nowMs: 30_000 };
  const known = { ...state, history: { id: "shop/db.1", history } };
  const line = plainFrame(known).find((it) => it.includes("the last 30s"));
  expect(line).toMatch(/^ {2}CPU ▁+▅+█ 0.2 % {2}MEM ▁+▅+█ 8.1 MB {2}the last 30s$/);
  const ofOther = plainFrame({ ...state, history: { id: "shop/api.1", history } });
  expect(ofOther.join("\n")).not.toContain("the last");
  const narrow = { ...known, size: { columns: 50, rows: 24 } };
  expect(plainFrame(narrow).join("\n")).not.toContain("the last");
});
