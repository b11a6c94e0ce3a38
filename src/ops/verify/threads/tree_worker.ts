/** Thread that goes through the trees of snapshots. See `roles.ts` for what it does and may. */
import { enterThread } from "../../../threads/enter_thread.ts";
import { treeRole, verifyFence } from "./roles.ts";

enterThread(verifyFence, treeRole);
