import { describe, expect, test } from "bun:test";
import { EXPORTERS } from "../../src/config/exporters/export.ts";
import { folderOf, loaded, load } from "./project-folder.ts";

const config = (keys: string) => ({ "procman.yaml": `processes:\n  a: { command: x, ${keys} }\n` });

const PROXY = { mode: "proxy", algorithm: "round-robin", host: "localhost", ports: [] };

describe("how a port is shared", () => {
  test.each<[string, object | undefined]>([
    ["port: 3000", undefined],
    ["instances: 2", undefined],
    ["port: 3000, instances: 2", { ...PROXY, isDefault: true }],
    ["port: auto, instances: 2", { ...PROXY, isDefault: true }],
    ["port: 3000, balance: proxy", PROXY],
    ["port: 3000, balance: { algorithm: random }", { ...PROXY, algorithm: "random" }],
    ["port: 3000, balance: { mode: proxy, host: '::' }", { ...PROXY, host: "::" }],
    ["port: 3000, balance: reuseport", { mode: "reuseport", ports: [] }],
    ["port: 3000, instances: 2, balance: none", { mode: "none" }],
  ])("%s", async (keys, expected) => {
    const { spec } = await loaded(config(keys));
    expect(spec.processes["a"]?.balance).toEqual(expected as never);
  });

  test("a shared port is one port, however many share it", async () => {
    const { spec } = await loaded({
      "procman.yaml": "processes:\n  a: { command: x, port: 65535, instances: 3 }\n",
    });
    expect(spec.processes["a"]?.instances).toBe(3);
  });

  test.each([
    ["balance: proxy", "balance: there is no port to share"],
    ["port: 1, balance: { mode: none, algorithm: random }", 'no meaning with the mode "none"'],
    ["port: 1, balance: { mode: reuseport, host: '::' }", 'no meaning with the mode "reuseport"'],
    ["port: 1, balance: { host: here }", 'expected "localhost", or an address'],
    ["port: 1, balance: { algorithm: fair }", "balance.algorithm"],
  ])("%s is an error", async (keys, text) => {
    const result = await load(folderOf(config(keys)));
    const messages = result.ok ? [] : result.problems.map(({ message }) => message);
    expect(messages).toEqual([expect.stringContaining(text)]);
  });
});

test.each(["proxy", "reuseport"])(
  "what nobody else shares out gets ports in a row where it is exported: %s",
  async (mode) => {
    const { spec: project } = await loaded(config(`port: 3000, instances: 2, balance: ${mode}`));
    const { files, notices } = EXPORTERS["procfile"]!({ project, callerEnv: {} });
    const text = files.map((it) => it.text).join("");
    expect(text).toContain("PORT=3000");
    expect(text).toContain("PORT=3001");
    expect(notices.join("\n")).toContain("nothing shares port 3000 out");
  },
);
