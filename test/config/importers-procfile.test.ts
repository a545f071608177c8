/** Procfiles as foreman, Heroku and overmind document them. */

import { describe, expect, test } from "bun:test";
import { loaded, problemsOf } from "./project-folder.ts";

const RAILS = `# A Rails application.
web: bundle exec puma -C config/puma.rb
worker: bundle exec sidekiq -q \${QUEUE:-default} 2>&1 | tee log/worker.log

css:    yarn build:css --watch
release: bin/rails db:migrate
api_v2:bin/api --port=$PORT
1: run \${X%y}
`;

const lineOf = (command: unknown) => (command as { line: string }).line;

describe("a Procfile", () => {
  test("gives ports as foreman does, reads .env, and leaves variables to the shell", async () => {
    const { spec, notices } = await loaded({ Procfile: RAILS, ".env": "RACK_ENV=development" });
    const { web, worker, css, api_v2: api } = spec.processes;
    expect([web, worker, css, api].map((process) => process!.port)).toEqual([
      5000,
      null,
      null,
      5400,
    ]);
    expect(lineOf(worker!.command)).toBe(
      "bundle exec sidekiq -q $${QUEUE:-default} 2>&1 | tee log/worker.log",
    );
    expect(web!.env).toEqual({ RACK_ENV: "development" });
    expect(spec.processes["app-1"]).toBeDefined();
    expect(notices).toContain('Procfile: "1" is named "app-1" here');
  });

  test.each([
    [{ ".env": "PORT=8000" }, {}, [8000, 8100]],
    [{}, { PORT: "7000" }, [7000, 7100]],
    [{ ".foreman": "port: 9000", ".env": "PORT=8000" }, { PORT: "7000" }, [9000, 9100]],
    [{ ".foreman": "env: a.env,b.env", "a.env": "", "b.env": "PORT=8000" }, {}, [8000, 8100]],
  ])("counts ports from where foreman does: %j, %j", async (files, env, ports) => {
    const { spec } = await loaded({ Procfile: "a: $PORT\nb: $PORT", ...files }, { env });
    expect(Object.values(spec.processes).map((process) => process.port)).toEqual(ports);
  });

  test.each([
    ["web=2,worker=3", { web: [2, true], worker: [3, true], other: [1, false] }],
    ["all=2, other=0", { web: [2, true], worker: [2, true], other: [1, false] }],
    ["web=1", { web: [1, true], worker: [1, false], other: [1, false] }],
  ])("runs as many as the formation %s in .foreman says", async (formation, expected) => {
    const { spec } = await loaded({
      Procfile: "web: a\nworker: b\nother: c",
      ".foreman": `formation: ${formation}\ntimeout: 20`,
    });
    const counts = Object.values(spec.processes).map(({ name, instances, autostart }) => [
      name,
      [instances, autostart],
    ]);
    expect(Object.fromEntries(counts)).toEqual(expected);
    expect(spec.processes["web"]).toMatchObject({ port: 5000, stop: { timeoutMs: 20_000 } });
  });

  test.each([
    ["web: x\nnope\n", 'Procfile:2: cannot be read: expected "name: command", got "nope"'],
    ["1: x\napp-1: y", 'Procfile: cannot be read: "1" and "app-1" would both be named "app-1"'],
  ])("%j is refused", async (content, expected) => {
    expect(await problemsOf({ Procfile: content })).toEqual([expected]);
  });
});
