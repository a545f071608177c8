/** Hints say neither all nor only what matters: what links lead to is looked at without them, and those of what does not
 *  count cost next to nothing. */

import { afterAll, describe, expect, test } from "bun:test";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { WatchedTree } from "../../src/platform/watcher/tree.ts";
import type { OnHint, OpenHints } from "../../src/platform/watcher/hints.ts";
import { eventually } from "../e2e/eventually.ts";

const SLOW_MS = 20_000;
const ROOT = fs.realpathSync(fs.mkdtempSync(join(tmpdir(), "procman-watcher-hints-")));
afterAll(() => fs.rmSync(ROOT, { recursive: true, force: true }));

interface Asked {
  readonly paths: readonly string[];
  readonly include?: readonly string[];
}

class Watching {
  readonly directory = fs.mkdtempSync(join(ROOT, "tree-"));
  readonly told = new Set<string>();
  tree: WatchedTree | null = null;

  at(name: string): string {
    return join(this.directory, name);
  }

  put(name: string, text = "new"): void {
    fs.mkdirSync(join(this.at(name), ".."), { recursive: true });
    fs.writeFileSync(this.at(name), text);
  }

  /** `ln -sfn` */
  link(name: string, target: string): void {
    fs.rmSync(this.at(name), { force: true });
    fs.symlinkSync(target, this.at(name));
  }

  async begin({ paths, include = [] }: Asked, open?: OpenHints): Promise<void> {
    const { directory } = this;
    const asked = { paths: paths.map((it) => this.at(it)), include, exclude: [], never: [] };
    const changed = (files: readonly string[]): void => {
      for (const file of files) this.told.add(file.slice(directory.length + 1));
    };
    const listener = { completed: () => {}, changed, limited: () => {} };
    const tree = new WatchedTree({ ...asked, directory }, listener, open);
    this.tree = tree;
    await eventually("all to be seen", async () => ({ value: null, done: tree.isComplete }));
  }

  async until(name: string): Promise<void> {
    const done = () => this.told.has(name);
    await eventually(`${name} to be told`, async () => ({ value: [...this.told], done: done() }));
    this.told.clear();
  }

  [Symbol.dispose](): void {
    this.tree?.close();
  }
}

describe("what links lead to", () => {
  test.each<[string, string]>([
    ["in a directory", "src"],
    ["that is named", "src/conf.yaml"],
  ])(
    "a file behind a link %s counts, though other files change all the time",
    async (_, path) => {
      using it = new Watching();
      it.put("else/real.yaml");
      it.put("src/other.txt");
      it.link("src/conf.yaml", "../else/real.yaml");
      await it.begin({ paths: [path] });
      const busy = setInterval(() => it.put("src/other.txt", `${Math.random()}`), 50);
      it.put("else/real.yaml", "edited");
      await it.until("src/conf.yaml").finally(() => clearInterval(busy));
      fs.rmSync(it.at("else/real.yaml"));
      await it.until("src/conf.yaml");
      it.put("else/real.yaml", "again");
      await it.until("src/conf.yaml");
    },
    SLOW_MS,
  );

  test.each<[string, string]>([
    ["that is a link", "current"],
    ["on the way to which is a link", "current/src"],
  ])(
    "a directory %s is another one when the link leads elsewhere, and is watched there",
    async (_, path) => {
      using it = new Watching();
      it.put("rel1/src/deep/a.ts");
      it.put("rel2/src/deep/a.ts");
      it.link("current", "rel1");
      await it.begin({ paths: [path] });
      it.link("current", "rel2");
      await it.until("current/src/deep/a.ts");
      it.put("rel2/src/deep/b.ts");
      await it.until("current/src/deep/b.ts");
    },
    SLOW_MS,
  );

  test(
    "a link to a directory that comes later is watched, and followed when it leads elsewhere",
    async () => {
      using it = new Watching();
      it.put("rel1/src/a.ts");
      it.put("rel2/src/b.ts");
      await it.begin({ paths: ["current"] });
      it.link("current", "rel1");
      await it.until("current/src/a.ts");
      it.link("current", "rel2");
      await it.until("current/src/b.ts");
      it.put("rel2/src/c.ts");
      await it.until("current/src/c.ts");
      expect(it.tree?.report().limited).toBeNull();
    },
    SLOW_MS,
  );
});

describe("what is hinted at", () => {
  /** Hints that come when the test says so. */
  function byHand() {
    const hints: { give: OnHint } = { give: () => {} };
    const known = new Set<string>();
    const open: OpenHints = (onHint) => {
      hints.give = onHint;
      return {
        add: (directory) => {
          known.add(directory);
          return null;
        },
        has: (directory) => known.has(directory),
        remove: (directory) => void known.delete(directory),
        close: () => {},
      };
    };
    return { hints, open };
  }

  test.each<[string, string, (it: Watching) => void, boolean]>([
    ["a file that counts", "a.ts", () => {}, true],
    ["a file that counts and is gone", "a.ts", (it) => fs.rmSync(it.at("a.ts")), true],
    ["a file that does not count", "a.jpg", (it) => it.put("a.jpg"), false],
    ["such a file that is gone", "a.jpg", (it) => fs.rmSync(it.at("a.jpg")), false],
    ["a directory that is new", "fresh", (it) => it.put("fresh/b.ts"), true],
    ["a directory that is gone", "sub", (it) => fs.rmSync(it.at("sub"), { recursive: true }), true],
    ["a directory that is not looked into", "node_modules", () => {}, false],
  ])(
    "after a hint of %s (%s) it looks again: what was not hinted at is seen, too",
    async (_, name, act, looks) => {
      using it = new Watching();
      for (const file of ["a.ts", "a.jpg", "sub/b.ts", "node_modules/b.ts"]) it.put(file, "old");
      const { hints, open } = byHand();
      await it.begin({ paths: ["."], include: ["**/*.ts"] }, open);
      act(it);
      it.put("silent.ts");
      hints.give(it.directory, name);
      if (!looks) {
        await Bun.sleep(100); // What is asserted is that it does not look.
        expect([...it.told]).toEqual([]);
        hints.give(it.directory, "silent.ts");
      }
      await it.until("silent.ts");
    },
    SLOW_MS,
  );

  test(
    "beside a file that is named nothing else in its directory counts",
    async () => {
      using it = new Watching();
      it.put("a.ts", "old");
      const { hints, open } = byHand();
      await it.begin({ paths: ["a.ts"] }, open);
      it.put("a.ts");
      hints.give(it.directory, "other.ts");
      await Bun.sleep(100); // What is asserted is that it does not look.
      expect([...it.told]).toEqual([]);
      hints.give(it.directory, "a.ts");
      await it.until("a.ts");
    },
    SLOW_MS,
  );

  test(
    "where looking takes long, hints that keep coming are followed more rarely",
    async () => {
      using it = new Watching();
      it.put("a.ts");
      let looks = 0;
      const { hints, open } = byHand();
      const slowly: OpenHints = (onHint) => ({
        ...open(onHint),
        has: () => false,
        add: () => {
          looks += 1;
          Bun.sleepSync(50);
          return null;
        },
      });
      await it.begin({ paths: ["."] }, slowly);
      const untilMs = performance.now() + 700;
      while (performance.now() < untilMs) {
        hints.give(it.directory, "a.ts");
        await Bun.sleep(10);
      }
      // 80 ms a look without a rest, 300 ms with it.
      expect(looks).toBeGreaterThan(1);
      expect(looks).toBeLessThan(6);
    },
    SLOW_MS,
  );
});
