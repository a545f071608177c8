/** Commands of a workflow: one line each, whatever is in it. */

import { expect, test } from "bun:test";
import { annotation, groupStart } from "../../../src/cli/render/workflow-commands.ts";

test.each([
  [
    annotation("error", "shop/api.1 failed", "it is so"),
    "::error title=shop/api.1 failed::it is so",
  ],
  [annotation("warning", "a: b, c", "d: e, f"), "::warning title=a%3A b%2C c::d: e, f"],
  [
    annotation("error", "one\ntwo", "100%\r\n::endgroup::"),
    "::error title=one%0Atwo::100%25%0D%0A::endgroup::",
  ],
  [
    annotation("error", "t", "m", { file: "a,b:c.yaml", line: 3, column: null }),
    "::error file=a%2Cb%3Ac.yaml,line=3,title=t::m",
  ],
  [groupStart("a\n::error::b"), "::group::a%0A::error::b"],
])("%s", (made, wanted) => {
  expect(made).toBe(wanted);
});
