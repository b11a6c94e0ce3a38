import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { configPaths, configToEdit, userConfigPath } from "../../../src/config/config_files.ts";
import { configDeps } from "../../support/config_deps.ts";

const USER = "/home/ann/.config/phlb/config.toml";

Deno.test("configPaths() lists every place from the nearest on, and what is there", () => {
  const deps = configDeps({
    cwd: "/srv/data",
    files: { "/srv/phlb.toml": "", "/phlb.toml": new Error("permission denied") },
  });
  deepStrictEqual(configPaths(deps), [
    { path: "/srv/data/phlb.toml", found: false },
    { path: "/srv/phlb.toml", found: true },
    { path: "/phlb.toml", found: true },
    { path: USER, found: false },
    { path: "/home/ann/phlb.toml", found: false },
  ]);
  deepStrictEqual(configPaths(deps, "x"), [{ path: "/srv/data/x", found: false }]);
});

Deno.test("configPaths() goes without the user's places for a user without a home", () => {
  const deps = configDeps({ cwd: "/srv", home: null });
  deepStrictEqual(configPaths(deps).map(({ path }) => path), ["/srv/phlb.toml", "/phlb.toml"]);
});

Deno.test("userConfigPath() follows XDG_CONFIG_HOME unless it is relative", () => {
  const path = (dir: string) => userConfigPath(configDeps({ env: { XDG_CONFIG_HOME: dir } }));
  strictEqual(path("/etc/ann"), "/etc/ann/phlb/config.toml");
  strictEqual(path("cfg"), USER);
  strictEqual(path(""), USER);
});

Deno.test("configToEdit() chooses the named file, else the nearest there is, else the user's", () => {
  const deps = configDeps({ files: { "/home/phlb.toml": "" } });
  deepStrictEqual(configToEdit(deps), { path: "/home/phlb.toml", found: true });
  deepStrictEqual(configToEdit(deps, "new.toml"), {
    path: "/home/ann/work/new.toml",
    found: false,
  });
  deepStrictEqual(configToEdit(configDeps({})), { path: USER, found: false });
  deepStrictEqual(configToEdit(configDeps({ home: null })), {
    path: "/home/ann/work/phlb.toml",
    found: false,
  });
});
