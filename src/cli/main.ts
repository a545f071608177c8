#!/usr/bin/env -S bun --config=/dev/null --no-env-file
/** The command `procman`: the bundle where there is one, which is in an installed package, else the sources. It imports
 *  neither before it knows which. */

const bundle = `${import.meta.dir}/../../dist/cli/run.js`;
await ((await Bun.file(bundle).exists()) ? import(bundle) : import("./run.ts"));
