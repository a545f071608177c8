/** The tools as `tools/list` shows them. */

import { z } from "zod";
import { TOOLS, type ToolName } from "./tools.ts";

export interface ListedTool {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly inputSchema: object;
  readonly outputSchema: object;
  readonly annotations: Readonly<Record<string, boolean | string>>;
}

/** `readsOnly`: those that change nothing. */
export function listedTools(readsOnly: boolean): ListedTool[] {
  return toolNames(readsOnly).map((name) => {
    const { title, description, input, output, effect, idempotent } = TOOLS[name];
    return {
      name,
      title,
      description,
      inputSchema: schemaOf(input, "input"),
      outputSchema: schemaOf(output, "output"),
      annotations: {
        title,
        readOnlyHint: effect === "reads",
        destructiveHint: effect === "destroys",
        idempotentHint: idempotent,
        openWorldHint: false,
      },
    };
  });
}

export function toolNames(readsOnly: boolean): ToolName[] {
  const names = Object.keys(TOOLS) as ToolName[];
  return names.filter((name) => !readsOnly || TOOLS[name].effect === "reads");
}

function schemaOf(of: z.ZodType, io: "input" | "output"): object {
  const { $schema: _, ...schema } = z.toJSONSchema(of, {
    io,
    override({ jsonSchema }) {
      // The range of safe integers says nothing, and each client pays for it.
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
      if (io === "output") delete jsonSchema.additionalProperties;
    },
  });
  return schema;
}
