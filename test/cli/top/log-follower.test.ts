/** The log that is shown, kept up to date from the files. */

import { expect, test } from "bun:test";
import { LogFollower } from "../../../src/cli/top/log-follower.ts";
import { FOLLOWED_LINES, MOST_LINES } from "../../../src/cli/top/log-source.ts";
import type { TopState } from "../../../src/cli/top/state.ts";
import { api, LogStage, web } from "../../logfile/log-stage.ts";
import { plainFrame, pressed, stateOf, status } from "./stage.ts";

const PAGE_UP = "\u001B[5~";
const HOME = "\u001B[H";
const END = "\u001B[F";
const LARGE = { maxSizeBytes: 100 * 1024 * 1024 };

const numbered = (from: number, to: number): string =>
  Array.from({ length: to - from + 1 }, (_, at) => `line ${from + at}\n`).join("");

const begun = (): TopState =>
  stateOf({ statuses: [status("api"), status("web")], size: { columns: 60, rows: 15 } });

const textsOf = ({ log }: TopState): string[] => log.lines.map(({ text }) => text);
const seen = (state: TopState): (string | undefined)[] => {
  const lines = plainFrame(state).filter((line) => line.startsWith("line"));
  return [lines[0], lines.at(-1)];
};

test("what is written is followed, of the one that is selected; when nothing is, the state is the same", () => {
  using stage = new LogStage(LARGE);
  const follower = new LogFollower(stage.home);
  stage.write(api, "stdout", 1, "one\n");
  stage.write(web, "stderr", 1, "other\n");
  const first = follower.look(begun());
  expect(textsOf(first)).toEqual(["one"]);
  expect(follower.look(first)).toBe(first);
  stage.write(api, "stderr", 2, "two\n");
  const second = eventuallyOther(follower, first);
  expect(textsOf(second)).toEqual(["one", "two"]);
  const ofWeb = follower.look(pressed(second, "j").state);
  expect([ofWeb.log.id, textsOf(ofWeb)]).toEqual(["shop/web.1", ["other"]]);
  expect(textsOf(follower.look(pressed(ofWeb, "k").state))).toEqual(["one", "two"]);
});

/** It looks only now and then at a log that has changed. */
function eventuallyOther(follower: LogFollower, state: TopState): TopState {
  const giveUpAt = performance.now() + 5_000;
  while (performance.now() < giveUpAt) {
    const next = follower.look(state);
    if (next !== state) return next;
  }
  throw new Error("nothing new was seen");
}

test("of a long log only the end is read, until somebody scrolls up; then nothing moves, and nothing is missing", () => {
  using stage = new LogStage(LARGE);
  const follower = new LogFollower(stage.home);
  stage.write(api, "stdout", 1, numbered(1, 60_000));
  let state = follower.look(begun());
  expect(state.log.lines).toHaveLength(FOLLOWED_LINES);
  expect(seen(state)).toEqual(["line 59992", "line 60000"]);

  for (let page = 1; page <= 300; page += 1) {
    state = follower.look(pressed(state, PAGE_UP).state);
    // What comes meanwhile is not looked at.
    if (page === 10) stage.write(api, "stdout", 2, numbered(60_001, 60_010));
    expect(seen(state)).toEqual([`line ${59_992 - 8 * page}`, `line ${60_000 - 8 * page}`]);
  }
  state = eventuallyOther(follower, pressed(state, END).state);
  expect(seen(state)).toEqual(["line 60002", "line 60010"]);
  expect(state.log.lines).toHaveLength(FOLLOWED_LINES);

  const top = follower.look(pressed(state, HOME).state);
  expect(top.log.lines).toHaveLength(MOST_LINES);
  expect(seen(top)).toEqual(["line 10011", "line 10019"]);
  expect(plainFrame(top).join("\n")).toContain("'procman logs' has older ones");
  expect(follower.look(top)).toBe(top);
});

test("a search goes as far back as it has to, and follows what comes", () => {
  using stage = new LogStage(LARGE);
  const follower = new LogFollower(stage.home);
  stage.write(api, "stdout", 1, `a needle\n${"hay\n".repeat(200_000)}`);
  const found = follower.look(pressed(begun(), "/needle\r").state);
  expect(textsOf(found)).toEqual(["a needle"]);
  stage.write(api, "stderr", 2, "hay\nanother needle\n");
  const more = eventuallyOther(follower, found);
  expect(textsOf(more)).toEqual(["a needle", "another needle"]);
  const all = follower.look(pressed(more, "\u001B").state);
  expect(textsOf(all).at(-2)).toBe("hay");
  expect(all.log.lines).toHaveLength(FOLLOWED_LINES);
});

test("where nobody is selected there is no log", () => {
  using stage = new LogStage(LARGE);
  const follower = new LogFollower(stage.home);
  stage.write(api, "stdout", 1, "one\n");
  const nobody = pressed(begun(), "fnobody\r").state;
  expect(follower.look(nobody).log).toMatchObject({ id: null, lines: [] });
});
