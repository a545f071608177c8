/** Watching real files: whatever way they change, each change is told of once, and nothing else is. */

import { afterAll, describe, expect, test } from "bun:test";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createWatcher } from "../../src/platform/watcher/watcher.ts";
import { WatchedTree } from "../../src/platform/watcher/tree.ts";
import { watchFilter } from "../../src/platform/watcher/filter.ts";
import type { WatchRequest } from "../../src/model/watch.ts";
import { eventually } from "../e2e/eventually.ts";

const SLOW_MS = 20_000;
const ROOT = fs.mkdtempSync(join(tmpdir(), "procman-watcher-"));
afterAll(() => fs.rmSync(ROOT, { recursive: true, force: true }));

let made = 0;

/** A directory with these files, and what is told of it when it is watched. */
async function watched(files: readonly string[], more: Partial<WatchRequest> = {}) {
  made += 1;
  const directory = join(ROOT, String(made));
  const at = (name: string): string => join(directory, name);
  const put = (name: string, text = "new"): void => {
    fs.mkdirSync(dirname(at(name)), { recursive: true });
    fs.writeFileSync(at(name), text);
  };
  fs.mkdirSync(directory);
  for (const file of files) put(file, "old");
  const told = new Set<string>();
  let times = 0;
  const limits: (string | null)[] = [];
  const request = { include: [], exclude: [], never: [], sinceMs: Date.now() + 60_000, directory };
  const paths = (more.paths ?? ["."]).map(at);
  const watch = createWatcher().watch(
    { ...request, ...more, paths },
    {
      changed: (changed) => {
        times += 1;
        for (const file of changed.files) told.add(file);
      },
      limited: (reason) => limits.push(reason),
    },
  );
  const until = (what: string, done: () => boolean) =>
    eventually(what, async () => ({ value: [...told].toSorted(), done: done() }));
  await until("it to be looked at", () => watch.report().directories > 0 || limits.length > 0);
  await Bun.sleep(20);
  return { at, put, told, until, watch, limits, times: () => times, directory };
}

type Watched = Awaited<ReturnType<typeof watched>>;

/** After a while in which everything would have been told; a file changed last says when. */
async function toldOf(it: Watched, act: (it: Watched) => void | Promise<void>): Promise<string[]> {
  await act(it);
  await Bun.sleep(60);
  it.put("z-last.ts");
  const told = await it.until("the last change to be told", () => it.told.has("z-last.ts"));
  it.watch.stop();
  return told.filter((name) => name !== "z-last.ts");
}

describe("what counts as a change", () => {
  test.each<[string, (it: Watched) => void | Promise<void>, readonly string[]]>([
    ["a file that is written", ({ put }) => put("a.ts"), ["a.ts"]],
    ["a file that is new", ({ put }) => put("b.ts"), ["b.ts"]],
    ["a file that is gone", ({ at }) => fs.rmSync(at("a.ts")), ["a.ts"]],
    [
      "an atomic save: another file takes its name",
      ({ at, put }) => {
        put(".a.ts.tmp-123");
        fs.renameSync(at(".a.ts.tmp-123"), at("a.ts"));
      },
      ["a.ts"],
    ],
    [
      "a save as of Vim: the file is moved away and written anew",
      ({ at, put }) => {
        fs.renameSync(at("a.ts"), at("a.ts~"));
        put("a.ts");
        fs.rmSync(at("a.ts~"));
      },
      ["a.ts"],
    ],
    ["touch", ({ at }) => fs.utimesSync(at("a.ts"), new Date(), new Date()), ["a.ts"]],
    ["a file in a new directory", ({ put }) => put("deep/er/c.ts"), ["deep/er/c.ts"]],
    [
      "a directory that is moved in, and what is changed in it later",
      async ({ at, put, until, told }) => {
        fs.mkdirSync(`${at("..")}/moved-${at("x").length}`, { recursive: true });
        fs.writeFileSync(`${at("..")}/moved-${at("x").length}/d.ts`, "");
        fs.renameSync(`${at("..")}/moved-${at("x").length}`, at("in"));
        await until("what was moved in", () => told.has("in/d.ts"));
        put("in/e.ts");
      },
      ["in/d.ts", "in/e.ts"],
    ],
    [
      "a directory that is removed and made again",
      async ({ at, put, until, told }) => {
        fs.rmSync(at("sub"), { recursive: true });
        put("sub/s.ts");
        await until("what was made again", () => told.has("sub/s.ts"));
        put("sub/t.ts");
      },
      ["sub/s.ts", "sub/t.ts"],
    ],
    ["no other mode", ({ at }) => fs.chmodSync(at("a.ts"), 0o600), []],
    [
      "nothing that is there for a moment",
      ({ at, put }) => {
        put("4914");
        fs.rmSync(at("4914"));
      },
      [],
    ],
    ["no swap file", ({ put }) => put(".a.ts.swp"), []],
    ["no log", ({ put }) => put("out.log"), []],
    ["nothing in node_modules", ({ put }) => put("node_modules/x/index.ts"), []],
    ["nothing in .git", ({ put }) => put(".git/index"), []],
  ])(
    "%s",
    async (_, act, wanted) => {
      const it = await watched(["a.ts", "sub/s.ts", "node_modules/x/index.ts", ".git/HEAD"]);
      expect(await toldOf(it, act)).toEqual([...wanted]);
    },
    SLOW_MS,
  );

  test("what is newer than it has to be counts at the beginning", async () => {
    const it = await watched(["a.ts"], { sinceMs: Date.now() - 60_000 });
    expect(await it.until("it to be told", () => it.told.size > 0)).toEqual(["a.ts"]);
    it.watch.stop();
  });

  test(
    "F68: a thousand files that change at once are told of a few times, and named only in part",
    async () => {
      const it = await watched(["a.ts"]);
      for (let nth = 0; nth < 1_000; nth += 1) it.put(`many/f${nth}.ts`);
      await it.until("the files to be seen", () => it.watch.report().files > 1_000);
      await it.until("them to be told", () => it.told.size > 0);
      expect(it.times()).toBeLessThan(60);
      expect(it.watch.report().files).toBe(1_001);
      it.watch.stop();
    },
    SLOW_MS,
  );

  test(
    "a file is watched by its name, also when it is not there yet, which is said",
    async () => {
      const it = await watched(["a.ts", "b.ts"], { paths: ["a.ts", "later.ts"] });
      expect(it.limits).toEqual(["later.ts: it is not there"]);
      it.put("b.ts");
      it.put("later.ts");
      await it.until("it to be there", () => it.told.has("later.ts"));
      expect([...it.told]).toEqual(["later.ts"]);
      expect(it.watch.report().limited).toBeNull();
      it.watch.stop();
    },
    SLOW_MS,
  );

  test(
    "a directory that is not there is said, and watched when it comes, and when it comes again",
    async () => {
      const it = await watched(["x.ts"], { paths: ["src"] });
      expect(it.limits).toEqual(["src: it is not there"]);
      it.put("src/a.ts");
      await it.until("it to be seen", () => it.told.has("src/a.ts"));
      expect(it.watch.report().limited).toBeNull();
      fs.rmSync(it.at("src"), { recursive: true });
      await it.until("it to be missed", () => it.watch.report().files === 0);
      it.put("src/b.ts");
      await it.until("it to be seen again", () => it.told.has("src/b.ts"));
      it.watch.stop();
    },
    SLOW_MS,
  );
});

test(
  "F68: where the system has no watches left, that is said, and files are looked at every second",
  async () => {
    const directory = fs.mkdtempSync(join(ROOT, "full-"));
    fs.writeFileSync(join(directory, "a.ts"), "old");
    const changed: string[] = [];
    const limits: (string | null)[] = [];
    const none = () => ({
      add: () => "ENOSPC",
      has: () => false,
      remove: () => {},
      close: () => {},
    });
    const asked = { paths: [directory], include: [], exclude: [], never: [], directory };
    const tree = new WatchedTree(
      asked,
      {
        completed: () => {},
        changed: (paths) => changed.push(...paths),
        limited: (reason) => limits.push(reason),
      },
      none,
    );
    await eventually("it to be looked at", async () => ({ value: null, done: limits.length > 0 }));
    expect(limits[0]).toContain("the system's limit of watches is reached");
    fs.writeFileSync(join(directory, "a.ts"), "newer");
    await eventually("it to be seen", async () => ({ value: null, done: changed.length > 0 }));
    expect(changed).toEqual([join(directory, "a.ts")]);
    expect(limits).toHaveLength(1);
    tree.close();
  },
  SLOW_MS,
);

describe("which files count", () => {
  const filter = (include: string[], exclude: string[]) =>
    watchFilter({
      paths: ["/p", "/else"],
      directory: "/p",
      include,
      exclude,
      never: ["/p/app.log.txt", "/p/app.pid", "/p/home"],
    });

  test.each<[string[], string[], string, boolean]>([
    [[], [], "/p/a.ts", true],
    [["**/*.ts"], [], "/p/src/a.ts", true],
    [["*.ts"], [], "/p/src/deep/a.ts", true],
    [["*.ts"], [], "/p/src/a.js", false],
    [["src/*.ts"], [], "/p/src/a.ts", true],
    [["src/*.ts"], [], "/p/lib/src/a.ts", false],
    [["**/*.{ts,tsx}"], [], "/p/a.tsx", true],
    [[], ["**/*.test.ts"], "/p/src/a.test.ts", false],
    [[], ["./gen/*"], "/p/gen/a.ts", false],
    [["*.ts"], [], "/else/deep/a.ts", true],
    [["deep/*.ts"], [], "/else/deep/a.ts", true],
    [[], [], "/p/app.log.txt", false],
    [[], [], "/p/app.log.txt.1.zst", false],
    [[], [], "/p/app.pid", false],
    [[], [], "/p/err.log.2.zst", false],
    [[], [], "/p/blog.ts", true],
    [[], [], "/p/.env", true],
  ])("include %j, exclude %j: %s is %p", (include, exclude, path, counts) => {
    expect(filter(include, exclude).counts(path)).toBe(counts);
  });

  test.each<[string[], string, boolean]>([
    [[], "/p/src", true],
    [["dist"], "/p/deep/dist", false],
    [["dist/"], "/p/dist", false],
    [["dist/**"], "/p/dist", false],
    [["**/dist/**"], "/p/deep/dist", false],
    [["*.ts"], "/p/src", true],
    [[], "/p/home", false],
    [[], "/p/a/node_modules", false],
  ])("exclude %j: %s is entered, %p", (exclude, path, enters) => {
    expect(filter([], exclude).enters(path)).toBe(enters);
  });
});
