import { deepStrictEqual, strictEqual, throws } from "node:assert/strict";
import { parseBenchOptions, UsageError } from "../../../bench/options.ts";

Deno.test("parseBenchOptions() makes five runs, three when it is to be quick or to grow", () => {
  strictEqual(parseBenchOptions([]).runs, 5);
  strictEqual(parseBenchOptions(["--quick"]).runs, 3);
  strictEqual(parseBenchOptions(["--scale", "10"]).runs, 3);
  strictEqual(parseBenchOptions(["--quick", "--runs", "7"]).runs, 7);
});

Deno.test("parseBenchOptions() reads numbers of files with k and M", () => {
  deepStrictEqual(parseBenchOptions(["--scale", "500,10k,1M"]).scale, [500, 10_000, 1_000_000]);
});

Deno.test("parseBenchOptions() splits the words of --only", () => {
  deepStrictEqual(parseBenchOptions(["--only", "small, usr"]).only, ["small", "usr"]);
});

Deno.test("parseBenchOptions() takes the directory from the environment unless it is given", () => {
  const env = () => "/from/env";
  strictEqual(parseBenchOptions([], env).dir, "/from/env");
  strictEqual(parseBenchOptions(["--dir", "/given"], env).dir, "/given");
});

for (
  const args of [
    ["--scale", "many"],
    ["--scale", "0"],
    ["--image", "ntfs"],
    ["--image", "xfs", "--dir", "/x"],
    ["--runs", "0"],
    ["--unknown"],
    ["word"],
  ]
) {
  Deno.test(`parseBenchOptions() refuses ${args.join(" ")}`, () => {
    throws(() => parseBenchOptions(args), UsageError);
  });
}
