/** Schedules: what becomes of what is written, and what is said of what is wrong. */

import { describe, expect, test } from "bun:test";
import { folderOf, load, problemsOf } from "./project-folder.ts";

async function specOf(keys: string) {
  const result = await load(
    folderOf({ "procman.yaml": `processes: { a: { command: x, ${keys} } }` }),
  );
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.project.spec.processes["a"]!;
}

const SYSTEM = Intl.DateTimeFormat().resolvedOptions().timeZone;

describe("a schedule", () => {
  test.each([
    ["'*/5 * * * *'", { kind: "cron", cron: "*/5 * * * *", timezone: SYSTEM }],
    [
      "{ cron: ' 0  4 * * MON ', timezone: Europe/Berlin }",
      { kind: "cron", cron: "0 4 * * MON", timezone: "Europe/Berlin" },
    ],
    ["'@daily'", { kind: "cron", cron: "@daily", timezone: SYSTEM }],
    ["{ every: 30s }", { kind: "every", everyMs: 30_000 }],
  ])("%s", async (written, times) => {
    expect(await specOf(`schedule: ${written}`)).toMatchObject({
      schedule: { times, overlap: "skip" },
    });
  });

  test("says what it asks for, and nothing of what it does not", async () => {
    const all = "{ every: 1m, overlap: allow, runOnStart: true, catchUp: true }";
    expect((await specOf(`schedule: ${all}`)).schedule).toEqual({
      times: { kind: "every", everyMs: 60_000 },
      overlap: "allow",
      runOnStart: true,
      catchUp: true,
    });
    const none = "{ every: 1m, runOnStart: false, catchUp: false }";
    expect(Object.keys((await specOf(`schedule: ${none}`)).schedule!)).toEqual([
      "times",
      "overlap",
    ]);
    expect(Object.keys(await specOf("restart: 'no'"))).not.toContain("schedule");
  });

  test("restart.cron is in the system's timezone", async () => {
    const { restart } = await specOf("restart: { cron: '0 4 * * *' }");
    expect(restart.cron).toEqual({ kind: "cron", cron: "0 4 * * *", timezone: SYSTEM });
  });
});

const CRON = "a cron expression";
const FIELDS = `${CRON} of five fields: minute, hour, day of the month, month and weekday`;

describe("is refused, with what was expected:", () => {
  test.each([
    ["schedule: 61 * * * *", `${CRON} whose minute is 0 to 59`],
    ["schedule: 0 24 * * *", `${CRON} whose hour is 0 to 23`],
    ["schedule: 0 4 L * *", `${CRON} whose day of the month is 1 to 31`],
    ["schedule: 0 4 1 13 *", `${CRON} whose month is 1 to 12 or JAN to DEC`],
    ["schedule: 0 4 * * FRI-MON", `${CRON} whose weekday is 0 to 7 or SUN to SAT`],
    ["schedule: 0 0 30 2 *", `${CRON} that some day comes true`],
    ["schedule: 0 4 * *", FIELDS],
    ["schedule: 0 0 4 * * *", FIELDS],
    ["schedule: '@reboot'", `${CRON}: "@hourly", "@daily"`],
    ["restart: { cron: 0 4 }", FIELDS],
    ["schedule: { cron: '@daily', timezone: Europe/Berln }", 'a timezone such as "Europe/Berlin"'],
    ["schedule: { every: 100ms }", "a duration of at least 1s"],
    ["schedule: { overlap: skip }", "`cron` or `every`, got a map"],
    ["schedule: { cron: '@daily', every: 1h }", "`cron` or `every`, not both"],
    ["schedule: { every: 1h, timezone: UTC }", "no `timezone` with `every`"],
  ])("%s", async (keys, expected) => {
    const problems = await problemsOf({
      "procman.yaml": `processes: { a: { command: x, ${keys} } }`,
    });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(`expected ${expected}`);
  });

  test.each([
    ["schedule: '@daily', restart: always", "cannot be started again always"],
    ["schedule: '@daily', restart: { cron: '@daily' }", "not restarted by the clock as well"],
    ["schedule: { every: 1h, overlap: allow }, port: 3000", "cannot have the same port"],
  ])("%s", async (keys, said) => {
    const problems = await problemsOf({
      "procman.yaml": `processes: { a: { command: x, ${keys} } }`,
    });
    expect(problems.join("\n")).toContain(said);
  });
});
