import assert from "node:assert/strict";
import { findingsOf, metFindings } from "../../../../src/ops/doctor/finding.ts";
import { FLAWLESS, type RootTraits } from "../../../../src/ops/doctor/traits.ts";

Deno.test("findingsOf() has nothing against a root that does everything", () => {
  assert.deepStrictEqual(findingsOf(FLAWLESS), []);
});

Deno.test("findingsOf() has the worst first", () => {
  const traits: RootTraits = { ...FLAWLESS, locks: false, hard_links: "copies", acls: false };
  assert.deepStrictEqual(
    findingsOf(traits).map(({ severity, concern }) => [severity, concern]),
    [["stops", "root"], ["manifest", "acls"], ["note", "root"]],
  );
});

Deno.test("metFindings() keeps what a source meets; without one, rights of a user are notes", () => {
  const findings = findingsOf({ ...FLAWLESS, owners: null, acls: false, case_sensitive: false });
  const met = metFindings(findings, new Map([["owners", {}] as const]));
  assert.deepStrictEqual(met.map(({ severity, concern }) => [severity, concern]), [
    ["manifest", "owners"],
  ]);
  assert.deepStrictEqual(
    metFindings(findings, undefined).map(({ severity, concern }) => [severity, concern]),
    [["stops", "folded-case"], ["manifest", "acls"], ["note", "owners"]],
  );
});
