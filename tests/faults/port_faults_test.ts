/**
 * Whatever the file system answers to any call that a command makes: what was stored stays as it was,
 * nothing half-done looks done, the next run succeeds, and the user is told what failed, where and
 * why. Here: backups; see also `port_faults_after_test.ts`.
 */
import { BACKUP, FIRST_BACKUP, HEALING_BACKUP } from "./backup_scenario.ts";
import { testPortFaults } from "./prove_port.ts";

for (const scenario of [BACKUP, FIRST_BACKUP, HEALING_BACKUP]) testPortFaults(scenario);
