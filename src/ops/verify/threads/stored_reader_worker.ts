/** Thread that reads stored files. See `roles.ts` for what it does and may. */
import { enterThread } from "../../../threads/enter_thread.ts";
import { readerRole, verifyFence } from "./roles.ts";

enterThread(verifyFence, readerRole);
