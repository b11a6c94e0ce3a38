/** Thread of the walker. See `roles.ts` for what it does and `thread_messages.ts` for what it may. */
import { enterThread } from "./enter_thread.ts";
import { walkerRole } from "./roles.ts";
import type { WalkerStart } from "./thread_messages.ts";

enterThread((start: WalkerStart) => ({ read: [start.sourceRoot], write: [] }), walkerRole);
