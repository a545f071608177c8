/** What the dashboard shows, in Chromium; where there is none, these tests are skipped. */

import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { rmSync } from "node:fs";
import { freePort } from "../free-ports.ts";
import { Browser, CHROMIUM } from "./browser.ts";
import { Sandbox } from "./sandbox.ts";

const SLOW_MS = 60_000;

const EVIL = `<img src=x onerror="document.title='taken over'">`;
const sayings = `echo up; printf '\\033[31mred\\033[0m %s\\n' "$SAYING"; i=0; while [ $i -lt 500 ]; do i=$((i+1)); echo line $i; done; echo wrong >&2; exec sleep 1000`;
const config = {
  name: "shop",
  processes: {
    api: { command: sayings, env: { SAYING: EVIL }, ready: { log: "up" } },
    db: { command: "sleep 1000", groups: ["backend"] },
    web: { command: "sleep 1000", dependsOn: ["api"] },
    job: { command: "echo tried; exit 3", restart: "no", autostart: false },
    flood: {
      command: ["yes", "a line of a flood"],
      autostart: false,
      log: { maxSize: "2MB", maxFiles: 2 },
    },
  },
};

describe.skipIf(CHROMIUM === null)("in Chromium, where there is one, the page", () => {
  let sandbox: Sandbox;
  let browser: Browser;
  const dash = async (...args: string[]) =>
    JSON.parse(await sandbox.ok("dash", "--json", ...args)) as { url: string; address: string };
  const text = () => browser.value<string>("document.body.innerText");
  const goTo = (place: string) => browser.value(`location.hash = ${JSON.stringify(place)}`);
  const press = (label: string) =>
    browser.value(`[...document.querySelectorAll("button")].find((it) =>
      (it.ariaLabel ?? it.textContent) === ${JSON.stringify(label)} && it.offsetParent !== null).click()`);
  const row = (name: string) =>
    `[...document.querySelectorAll("tbody tr")].find((it) => it.querySelector(".name")?.textContent === "${name}")`;

  beforeAll(async () => {
    sandbox = new Sandbox(config);
    await sandbox.ok("up", "-d", "--wait");
    browser = await Browser.open(CHROMIUM ?? "");
    await browser.resize(1_280, 800);
  }, SLOW_MS);

  afterAll(async () => {
    // What it complains of is found by no other expectation.
    const { complaints } = browser;
    await browser[Symbol.asyncDispose]();
    await sandbox[Symbol.asyncDispose]();
    expect(complaints).toEqual([]);
  }, SLOW_MS);

  test(
    "is come to by the link, which is not in its address, and lists processes with their states",
    async () => {
      // One that nobody else takes: it is to be the same after the daemon was stopped.
      const { url, address } = await dash("--port", String(freePort()));
      await browser.goTo(url);
      await browser.until(`document.querySelector("#connection")?.textContent === "connected"`);
      await browser.until(`document.querySelectorAll("tbody tr").length === 6`);
      expect(await browser.value("location.href")).toBe(address);
      expect(await browser.value("document.cookie")).toBe("");
      await browser.until(`${row("db")}.innerText.includes("running")`);
      expect(await text()).toContain("3 of 5 running");
    },
    SLOW_MS,
  );

  test(
    "shows a change as soon as it is there",
    async () => {
      await sandbox.ok("stop", "db");
      await browser.until(`${row("db")}.innerText.includes("stopped")`);
      await browser.until(
        `document.querySelector("#voice").textContent.includes("db.1 is stopped")`,
      );
    },
    SLOW_MS,
  );

  test(
    "starts what is told to, by mouse and by key",
    async () => {
      await press("start db");
      await sandbox.until("db", ({ state }) => state === "running");
      await browser.until(`${row("db")}.innerText.includes("running")`);
      await browser.value(`${row("db")}.querySelector("a").focus()`);
      await browser.press("x");
      await sandbox.until("db", ({ state }) => state === "stopped");
    },
    SLOW_MS,
  );

  test(
    "kills only when it was asked twice",
    async () => {
      const { pid } = await sandbox.status("web");
      await goTo("#/p/shop%2Fweb.1");
      await browser.until(`document.activeElement.textContent === "shop/web.1"`);
      await press("Kill");
      await browser.until(`document.querySelector("dialog[open]")`);
      await browser.press("Escape");
      await browser.until(`!document.querySelector("dialog")`);
      expect((await sandbox.status("web")).pid).toBe(pid);
      await press("Kill");
      await browser.value(`document.querySelector("dialog .risky").click()`);
      await sandbox.until("web", ({ state }) => state === "killed");
    },
    SLOW_MS,
  );

  test(
    "scales a process, and asks before it takes instances away",
    async () => {
      const scaleTo = async (count: number) => {
        await browser.value(`document.querySelector(".count").value = ${count}`);
        await press("Scale");
      };
      await goTo("#/p/shop%2Fjob.1");
      await browser.until(`document.querySelector("article h2").textContent === "shop/job.1"`);
      await browser.until(`document.querySelector(".count").value === "1"`);
      await scaleTo(2);
      await browser.until(`${row("job.2")} && document.querySelector(".count").value === "2"`);
      await browser.until(`!document.querySelector("article button:disabled")`);
      await scaleTo(1);
      await browser.until(`document.querySelector("dialog[open]")`);
      await browser.value(`document.querySelector("dialog .risky").click()`);
      await browser.until(`${row("job")} && !${row("job.2")}`);
    },
    SLOW_MS,
  );

  test(
    "filters by words and by state",
    async () => {
      await goTo("#/events");
      await browser.until(`document.querySelector(".events li")`);
      await browser.press("/");
      await browser.until(`document.activeElement.type === "search"`);
      for (const key of "@back") await browser.press(key);
      await browser.until(`document.querySelectorAll("tbody tr").length === 2 && ${row("db")}`);
      await browser.value(`(() => { const it = document.querySelector("input[type=search]");
      it.value = ""; it.dispatchEvent(new Event("input")); })()`);
      await browser.until(`document.querySelectorAll("tbody tr").length === 6`);
    },
    SLOW_MS,
  );

  test(
    "shows a log as text with its colours, and older lines of it",
    async () => {
      await goTo("#/p/shop%2Fapi.1");
      await browser.until(`document.querySelector(".log").innerText.includes("line 500")`);
      await browser.until(`document.querySelector(".log").innerText.includes("err wrong")`);
      expect(
        await browser.value(`document.querySelector(".log").innerText.includes("line 50\\n")`),
      ).toBe(false);
      await press("Load older lines");
      await browser.until(`document.querySelector(".log").innerText.includes("line 50\\n")`);
      const shown = await browser.value<string[]>(
        `[...document.querySelectorAll(".line .text")].map((it) => it.textContent)`,
      );
      expect(shown.filter((it) => it.startsWith("line "))).toEqual(
        Array.from({ length: 500 }, (_, at) => `line ${at + 1}`),
      );
      expect(shown).toContain(`red ${EVIL}`);
      expect(await browser.value(`document.querySelectorAll(".log img").length`)).toBe(0);
      expect(await browser.value(`document.querySelector(".log .c1").textContent`)).toBe("red");
      expect(await browser.value("document.title")).not.toBe("taken over");
    },
    SLOW_MS,
  );

  test(
    "searches a log, and says when that is no expression",
    async () => {
      const search = (words: string) =>
        browser.value(`(() => { const it = document.querySelector(".logs input[type=search]");
        it.value = ${JSON.stringify(words)}; it.dispatchEvent(new Event("input")); })()`);
      await search("line 4[23]$");
      await browser.until(
        `[...document.querySelectorAll(".line .text")].map((it) => it.textContent).join() === "line 42,line 43"`,
      );
      await search("line (");
      await browser.until(`document.querySelector(".fault").textContent !== ""`);
    },
    SLOW_MS,
  );

  test(
    "draws what is used, and says why, what happened and what it is",
    async () => {
      await goTo("#/p/shop%2Fapi.1/use");
      await browser.until(`document.querySelectorAll("figure .curve").length === 2`);
      await goTo("#/p/shop%2Fweb.1/why");
      await browser.until(`document.querySelector(".answer").textContent.includes("It is killed")`);
      await goTo("#/p/shop%2Fweb.1/events");
      await browser.until(`document.querySelector(".events").innerText.includes("process.killed")`);
      await goTo("#/p/shop%2Fweb.1/about");
      await browser.until(`document.querySelector("dl").innerText.includes("api ready: running")`);
      await goTo("#/graph/shop");
      await browser.until(`document.querySelectorAll(".picture path").length === 1`);
      await goTo("#/orphans");
      await browser.until(`document.querySelector("#side").innerText.includes("There are none.")`);
    },
    SLOW_MS,
  );

  test(
    "stays quick while a log floods, and keeps only its end",
    async () => {
      await goTo("#/p/shop%2Fflood.1");
      await sandbox.ok("start", "flood");
      await browser.until(
        `document.querySelector(".log").innerText.includes("some are left out here")`,
      );
      await sandbox.ok("kill", "flood");
      const lines = await browser.value<number>(`document.querySelectorAll(".line").length`);
      expect(lines).toBeLessThanOrEqual(2_000);
    },
    SLOW_MS,
  );

  test(
    "asks for nothing while nobody sees it, and shows what is there when somebody does",
    async () => {
      await goTo("#/");
      const uncover = await browser.cover();
      await sandbox.ok("start", "db");
      await sandbox.ok("wait", "db", "--for", "running");
      expect(await browser.value(`${row("db")}.innerText`)).toContain("stopped");
      await uncover();
      await browser.until(`${row("db")}.innerText.includes("running")`);
    },
    SLOW_MS,
  );

  test(
    "says that it is not connected, since when, and goes on by itself",
    async () => {
      await goTo("#/");
      await sandbox.ok("daemon", "stop", "--leave-running");
      await browser.until(
        `document.querySelector("#lost").textContent.startsWith("Not connected to the daemon since ")`,
      );
      await dash("--port", new URL(await browser.value<string>("location.href")).port);
      await browser.until(`document.querySelector("#connection").textContent === "connected"`);
      await browser.until(`document.querySelector("#lost").textContent === ""`);
    },
    SLOW_MS,
  );

  test(
    "is told how to get in when the token is another one",
    async () => {
      const { listening } = await sandbox.daemon();
      const port = new URL(listening?.url ?? "").port;
      rmSync(listening?.tokenFile ?? "");
      await sandbox.ok("daemon", "start", "--listen", port);
      await browser.until(`document.querySelector("#lost").textContent.includes("procman dash")`);
      await browser.goTo(listening?.url ?? "");
      await browser.until(`document.body.innerText.includes("Cannot let you in")`);
    },
    SLOW_MS,
  );
});
