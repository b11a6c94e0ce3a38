/** Thread of the hasher. See `roles.ts` for what it does and `fence_rules.ts` for what it may. */
import { enterThread } from "../../threads/enter_thread.ts";
import { hasherFence } from "./fence_rules.ts";
import { hasherRole } from "./roles.ts";

enterThread(hasherFence, hasherRole);
