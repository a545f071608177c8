/** Holders, one after the other: what they were given, and when one takes the place of another. */

import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import type { Holders } from "../../src/platform/holder.ts";
import { HeldPipes } from "../../src/platform/pipe-holder.ts";

let directory = "";
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "procman-pipe-holder-"));
});
afterEach(() => rmSync(directory, { recursive: true }));

/** Files serve, with their names in them: what is held does not matter here. */
function pipesOf(runId: string): string[] {
  return ["out", "err"].map((end) => {
    const path = join(directory, `${runId}.${end}`);
    writeFileSync(path, basename(path));
    return path;
  });
}

class Play implements Holders {
  /** What happened, in order. */
  readonly story: string[] = [];
  readonly troubles: string[] = [];
  readonly held = new HeldPipes(this, (what, why) => this.troubles.push(`${what}: ${String(why)}`));
  readonly gone: (() => void)[] = [];
  /** Messages that each new one takes. */
  room = Number.POSITIVE_INFINITY;

  start(onGone: () => void) {
    const nth = this.gone.push(onGone);
    let { room } = this;
    this.story.push(`start ${nth}`);
    return {
      take: (fds: readonly number[]): boolean => {
        room -= 1;
        const names = fds.map((fd) => (fd < 0 ? "end" : readFileSync(fd, "utf8")));
        this.story.push(`${nth} ${room < 0 ? "refuses" : "takes"} ${names.join(" ")}`);
        return room >= 0;
      },
      end: () => void this.story.push(`end ${nth}`),
    };
  }

  left() {
    return [{ pids: [], end: () => void this.story.push("end former") }];
  }

  begin(runId: string): void {
    this.held.hold(runId, pipesOf(runId), [-1, -1]);
  }

  take(): string[] {
    return this.story.splice(0);
  }
}

test("the first run starts a holder, and each is given to the same one", () => {
  const play = new Play();
  for (const runId of ["a", "b", "a"]) play.begin(runId);
  expect(play.take()).toEqual(["start 1", "1 takes a.out a.err", "1 takes end end"]);
});

test("one that is full is ended only when another has all runs that are left, in one message", () => {
  const play = new Play();
  play.room = 3;
  for (const runId of ["a", "b", "c"]) play.begin(runId);
  play.held.letGo("b");
  play.take();
  play.begin("d");
  expect(play.take()).toEqual([
    "1 refuses end end",
    "start 2",
    "2 takes a.out a.err c.out c.err d.out d.err",
    "end 1",
  ]);
});

test("runs that are over make a new one, once they are many and more than the others", () => {
  const play = new Play();
  play.begin("kept");
  for (let nth = 0; nth < 250; nth += 1) {
    play.begin(`r${nth}`);
    play.held.letGo(`r${nth}`);
  }
  const renewals = play.take().filter((it) => !it.endsWith("end end"));
  expect(renewals).toEqual([
    "start 1",
    "1 takes kept.out kept.err",
    "start 2",
    "2 takes kept.out kept.err",
    "end 1",
    "start 3",
    "3 takes kept.out kept.err",
    "end 2",
  ]);
});

test("what former daemons have left is held before their holders are ended", () => {
  const play = new Play();
  play.held.takeOver(new Map([["a", pipesOf("a")]]));
  play.begin("a");
  expect(play.take()).toEqual(["start 1", "1 takes a.out a.err", "end former"]);
  const idle = new Play();
  idle.held.takeOver(new Map());
  expect(idle.take()).toEqual(["end former"]);
});

test("one that somebody ends is replaced; the end of one that was replaced is no news", () => {
  const play = new Play();
  play.begin("a");
  const end = (nth: number): string[] => {
    play.gone[nth - 1]?.();
    return play.take();
  };
  play.take();
  expect(end(1)).toEqual(["end 1", "start 2", "2 takes a.out a.err"]);
  expect(end(1)).toEqual([]);
  expect(play.troubles).toEqual([]);
  expect(end(2)).toEqual(["end 2"]); // The next one comes later, lest they do nothing else.
  expect(play.troubles).toHaveLength(1);
});

test("when none takes anything that is told once, the former stays, and no run is hindered", () => {
  const play = new Play();
  play.room = 0;
  play.held.takeOver(new Map([["a", pipesOf("a")]]));
  for (const runId of ["b", "c"]) play.begin(runId);
  expect(play.take()).toEqual(["start 1", "1 refuses a.out a.err", "end 1"]);
  expect(play.troubles).toHaveLength(1);
});

test("a closed one leaves what is held alone, and nothing behind when nothing is", () => {
  const play = new Play();
  play.begin("a");
  play.take();
  play.held.close();
  expect(play.take()).toEqual([]);
  const idle = new Play();
  idle.begin("a");
  idle.held.letGo("a");
  idle.take();
  idle.held.close();
  expect(idle.take()).toEqual(["end 1"]);
});

test("a pipe that was removed meanwhile does not keep others from being held", () => {
  const play = new Play();
  const [out = "", err = ""] = pipesOf("a");
  rmSync(out);
  play.held.takeOver(new Map([["a", [out, err]]]));
  expect(play.take()).toEqual(["start 1", "1 takes a.err", "end former"]);
});
