/** Thread of a restore. See `restorer.ts` for what it does and `restorerFence` for what it may. */
import { enterThread } from "../../threads/enter_thread.ts";
import { restorerFence, restorerRole } from "./restore_threads.ts";

enterThread(restorerFence, restorerRole);
