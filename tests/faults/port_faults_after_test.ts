/** As `port_faults_test.ts`: what comes after a backup. Two files, so that two cores share the work. */
import { testPortFaults } from "./prove_port.ts";
import { PRUNE, SWEEP, SWEEP_IN_PLACE } from "./prune_scenario.ts";
import { REPAIR } from "./repair_scenario.ts";
import { OVERWRITING_RESTORE, RESTORE } from "./restore_scenario.ts";

for (const scenario of [PRUNE, SWEEP, SWEEP_IN_PLACE, REPAIR, RESTORE, OVERWRITING_RESTORE]) {
  testPortFaults(scenario);
}
