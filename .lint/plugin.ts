/**
 * The project's own lint rules. Each enforces a sentence of its conventions that a program can
 * check; a line that has to break one says why in a `deno-lint-ignore` comment.
 *
 * @module
 */
import { diskAccess, importDirection, noClock, noConsole, outsideWorld } from "./layer_rules.ts";
import { documentedExport, noCast, strictAssertions } from "./code_rules.ts";
import {
  fileLength,
  fileName,
  functionLength,
  noBooleanParameter,
  parameterCount,
} from "./shape_rules.ts";

const plugin: Deno.lint.Plugin = {
  name: "phlb",
  rules: {
    "import-direction": importDirection,
    "disk-access": diskAccess,
    "outside-world": outsideWorld,
    "no-clock": noClock,
    "no-console": noConsole,
    "file-length": fileLength,
    "function-length": functionLength,
    "parameter-count": parameterCount,
    "no-boolean-parameter": noBooleanParameter,
    "file-name": fileName,
    "documented-export": documentedExport,
    "no-cast": noCast,
    "strict-assertions": strictAssertions,
  },
};

export default plugin;
