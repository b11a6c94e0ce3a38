/** Thread of the walker. See `roles.ts` for what it does and `fence_rules.ts` for what it may. */
import { enterThread } from "../../threads/enter_thread.ts";
import { walkerFence } from "./fence_rules.ts";
import { walkerRole } from "./roles.ts";

enterThread(walkerFence, walkerRole);
