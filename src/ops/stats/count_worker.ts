/** Thread that counts. See `count_role.ts` for what it does. */
import { enterThread } from "../../threads/enter_thread.ts";
import { countFence, countRole } from "./count_role.ts";

enterThread(countFence, countRole);
