/** Thread of the hasher. See `roles.ts` for what it does and `thread_messages.ts` for what it may. */
import { enterThread } from "./enter_thread.ts";
import { hasherRole } from "./roles.ts";
import type { HasherStart } from "./thread_messages.ts";

enterThread(
  (start: HasherStart) => ({ read: [start.sourceRoot], write: [start.snapshotDir] }),
  hasherRole,
);
