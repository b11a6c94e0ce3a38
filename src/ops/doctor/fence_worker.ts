/** Thread that tries the kernel's fence. See `fence_attempts.ts` for what it does. */
import { enterThread } from "../../threads/enter_thread.ts";
import { fenceTestRole, fenceTestRules } from "./fence_attempts.ts";

enterThread(fenceTestRules, fenceTestRole);
