/** Everything that can be asked of the daemon. */

import type { DaemonContext } from "../context.ts";
import { alertOperations } from "./alerts.ts";
import { comebackOperations } from "./comeback.ts";
import { adoptOperations } from "./adopt.ts";
import { adHocOperations } from "./ad-hoc.ts";
import { daemonOperations } from "./daemon.ts";
import { definitionOperations } from "./definitions.ts";
import { runtimeUpdateOperations } from "./runtime-updates.ts";
import { explainingOperations } from "./explaining.ts";
import { healthOperations } from "./health.ts";
import { inputOperations } from "./inputs.ts";
import { messageOperations } from "./messages.ts";
import { lifecycleOperations } from "./lifecycle.ts";
import { listenOperations } from "./listen.ts";
import { logOperations } from "./logs.ts";
import { lookingOperations } from "./looking.ts";
import { reloadOperations } from "./reload.ts";
import { statsOperations } from "./stats.ts";
import { strangerOperations } from "./strangers.ts";

export function allOperations(context: DaemonContext) {
  return {
    ...lookingOperations(context),
    ...explainingOperations(context),
    ...healthOperations(context),
    ...alertOperations(context),
    ...lifecycleOperations(context),
    ...reloadOperations(context),
    ...definitionOperations(context),
    ...adHocOperations(context),
    ...runtimeUpdateOperations(context),
    ...comebackOperations(context),
    ...statsOperations(context),
    ...logOperations(context),
    ...listenOperations(context),
    ...daemonOperations(context),
    ...strangerOperations(context),
    ...adoptOperations(context),
    ...inputOperations(context),
    ...messageOperations(context),
  };
}
