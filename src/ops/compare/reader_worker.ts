/** Thread that reads files. See `reader_role.ts` for what it does and what it may. */
import { enterThread } from "../../threads/enter_thread.ts";
import { readerFence, readerRole } from "./reader_role.ts";

enterThread(readerFence, readerRole);
