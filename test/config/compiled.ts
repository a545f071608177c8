/** What the type checker says of configuration programs. */

import { join } from "node:path";
import { folderOf } from "./project-folder.ts";

const ROOT = join(import.meta.dir, "../..");

/** Empty when it is content. */
export async function faultsOfProgram(program: string): Promise<string> {
  const folder = folderOf({
    "procman.config.ts": program,
    "tsconfig.json": {
      extends: join(ROOT, "tsconfig.json"),
      compilerOptions: {
        paths: { procman: [join(ROOT, "src/index.ts")] },
        types: [join(ROOT, "node_modules/bun-types")],
      },
      include: ["*.ts"],
    },
  });
  const child = Bun.spawn([process.execPath, "check"], {
    cwd: folder,
    stdout: "pipe",
    stderr: "ignore",
  });
  const lines = (await new Response(child.stdout).text()).split("\n");
  return lines.filter((line) => /^(?:procman\.config|\s)/.test(line)).join("\n");
}
