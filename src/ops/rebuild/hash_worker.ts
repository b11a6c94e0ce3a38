/** Thread that hashes stored files. See `hash_files.ts` for what it does and what it may. */
import { enterThread } from "../../threads/enter_thread.ts";
import { hashFence, hashRole } from "./hash_files.ts";

enterThread(hashFence, hashRole);
