/** Thread of the linker. See `roles.ts` for what it does and `thread_messages.ts` for what it may. */
import { enterThread } from "./enter_thread.ts";
import { linkerRole } from "./roles.ts";
import type { LinkerStart } from "./thread_messages.ts";

enterThread((start: LinkerStart) => ({ read: [], write: [start.backupRoot] }), linkerRole);
