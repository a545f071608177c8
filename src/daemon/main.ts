/** The daemon's program: `main.ts --home DIR`. Started by the keeper, see `client/keeper.ts`. With
 *  `--self-test` it only tells, by its exit code, whether it could serve that home; with `--diagnose`, as JSON, what is
 *  wrong with it. */

import { parseArgs } from "node:util";
import { ProcmanError } from "../model/errors.ts";
import { EXIT_LOCKED, runDaemon } from "./daemon.ts";
import { diagnose } from "./diagnosis/diagnose.ts";
import { cleanOwnEnvironment } from "./environment.ts";
import { testItself } from "./self-test.ts";

const { values } = parseArgs({
  options: {
    home: { type: "string" },
    "in-place": { type: "boolean", default: false },
    "self-test": { type: "boolean", default: false },
    diagnose: { type: "boolean", default: false },
  },
});
const { home } = values;
if (home === undefined) {
  console.error("usage: main.ts --home DIR");
  process.exit(2);
}
if (values["self-test"]) {
  await testItself(home);
  process.exit(0);
}
if (values.diagnose) {
  cleanOwnEnvironment(process.env);
  console.log(JSON.stringify(await diagnose(home)));
  process.exit(0);
}
try {
  const started = await runDaemon({
    home,
    inPlace: values["in-place"],
  });
  if (started === "locked") process.exit(EXIT_LOCKED);
} catch (error) {
  console.error(
    error instanceof ProcmanError ? `${error.message}. ${error.problem.hint ?? ""}` : error,
  );
  process.exit(1);
}
