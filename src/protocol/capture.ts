/** What a capture asks of the daemon, and what it is told: the wire of `cmd | procman capture NAME`. */

import { z } from "zod";
import { CAPTURE_ID } from "../model/capture-id.ts";
import { processNameProblem } from "../model/ids.ts";

/** It becomes a part of paths. */
const project = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_-]*$/);
const name = z.string().refine((it) => processNameProblem(it) === null, "no name of a log");

export const captureInput = z.strictObject({
  project,
  name,
  stream: z.enum(["stdout", "stderr"]),
  /** Chosen by the holder, the same for every daemon that it asks. */
  runId: z.string().regex(CAPTURE_ID),
  /** The process that brings the bytes; when it is gone the capture is over. */
  holder: z.strictObject({ pid: z.number().int().positive() }),
  /** It has begun with an earlier daemon. */
  resumes: z.boolean(),
  /** Nothing more comes: what is in the pipe is to be kept, and the pipe removed. */
  ended: z.boolean(),
});
export type CaptureInput = z.infer<typeof captureInput>;

export type CaptureNews =
  /** The bytes are to be written to the FIFO of that path. Nothing more is told until the daemon goes. */
  | { readonly kind: "begun"; readonly pipe: string }
  /** All of it is in the log, but for so many bytes that the disk did not take. */
  | { readonly kind: "ended"; readonly droppedBytes: number };
