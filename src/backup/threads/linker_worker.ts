/** Thread of the linker. See `roles.ts` for what it does and `fence_rules.ts` for what it may. */
import { enterThread } from "../../threads/enter_thread.ts";
import { linkerFence } from "./fence_rules.ts";
import { linkerRole } from "./roles.ts";

enterThread(linkerFence, linkerRole);
