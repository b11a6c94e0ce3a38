/** Set in the environment of every hook: which one it is, such as `run_before`. */
export const HOOK_VARIABLE = "PHLB_HOOK";

/**
 * What hooks are told by their environment. A phlb that a hook runs does not take any of it for
 * configuration.
 */
export const HOOK_VARIABLES: readonly string[] = [
  HOOK_VARIABLE,
  "PHLB_JOB",
  "PHLB_SOURCE",
  "PHLB_ROOT",
  "PHLB_SNAPSHOT",
  "PHLB_SUMMARY",
  "PHLB_LOG",
  "PHLB_EXIT_CODE",
  "PHLB_PROBLEMS",
  "PHLB_ERROR",
];
