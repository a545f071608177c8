/** Processes that no configuration has, made from keys. */

import { expect, test } from "bun:test";
import { adHocFromKeys } from "../../src/config/ad-hoc.ts";

const from = (keys: Readonly<Record<string, unknown>>) =>
  adHocFromKeys({ name: "nap", directory: "/", callerEnv: {}, keys: { command: "true", ...keys } });

test.each([
  [{ disabled: true }, "disabled", "cannot be true for what is to be started now"],
  [{ autostart: true }, "autostart", "started by nobody but who asks for it"],
])("what contradicts a start is refused and not ignored: %p", (keys, path, text) => {
  const made = from(keys);
  const problems = made.ok ? [] : made.problems;
  expect(problems).toHaveLength(1);
  expect(problems[0]).toMatchObject({ code: "CONFIG_INVALID", details: { path } });
  expect(problems[0]?.message).toContain(`request: ${path}: `);
  expect(problems[0]?.message).toContain(text);
});

test("what says the same as the start is taken", () => {
  expect(from({ disabled: false, autostart: false }).ok).toBe(true);
});
