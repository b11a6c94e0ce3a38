import type { Command } from "commander";
import { AppError, EXIT } from "../base/app_error.ts";
import { type Config, type ConfigDeps, originText } from "../config/config.ts";
import { chooseLocale, type Figures, loadFigures } from "../ui/figures.ts";
import { padText, textWidth } from "../ui/text_width.ts";
import { jsonLine, pathFields } from "../ui/json_lines.ts";
import type { CommandContext } from "./command_context.ts";
import type { CommandDeps } from "./command_deps.ts";

const EXAMPLES = `
Examples:
  phlb config                open it in an editor, made first if need be
  phlb config init           write an example with every key, and no editor
  phlb config show --origin  all values and where each comes from
  phlb config schema         the JSON Schema, for editors that check TOML`;

interface ConfigOptions {
  readonly config?: string | undefined;
  readonly json?: true | undefined;
}

/** Adds `phlb config` and what is below it. */
export function addConfigCommand(program: Command, { deps, finish }: CommandContext): void {
  const config = program.command("config")
    .summary("show, check, create or edit the configuration")
    .description("Opens the nearest configuration file in $VISUAL or $EDITOR, and checks it after.")
    .option("--config <file>", "this file instead")
    .option("--json", "print JSON lines")
    .addHelpText("after", EXAMPLES)
    .action(async (options) => finish(await editConfig(options, deps)));
  config.command("show")
    .description("Prints the effective configuration.")
    .option("--origin", "tell where each value comes from")
    .option("--config <file>", "read only this file")
    .option("--json", "print a JSON line")
    .action(async (options, command) =>
      finish(await showCommand(withParent(options, command), deps))
    );
  config.command("path")
    .description("Prints where configuration is looked for, nearest first.")
    .option("--config <file>", "look only at this file")
    .option("--json", "print JSON lines")
    .action(async (options, command) =>
      finish(await pathCommand(withParent(options, command), deps))
    );
  config.command("check")
    .description("Reports every error in the configuration.")
    .option("--config <file>", "read only this file")
    .option("--json", "print a JSON line")
    .action(async (options, command) =>
      finish(await checkCommand(withParent(options, command), deps))
    );
  config.command("init")
    .description("Writes a commented example with every key. Never replaces a file.")
    .argument("[file]", "where to; the user's own configuration file if not given")
    .option("--json", "print a JSON line")
    .action(async (file, options, command) => {
      const given = withParent(options, command);
      finish(await initCommand({ ...given, config: file ?? given.config }, deps));
    });
  config.command("schema")
    .description("Prints the JSON Schema of the configuration.")
    .option("--json", "print it in one JSON line")
    .action(async (options, command) =>
      finish(await schemaCommand(withParent(options, command), deps))
    );
}

/** `phlb config --config FILE show` is `phlb config show --config FILE`. */
function withParent<Options extends object>(
  options: Options,
  { parent }: { readonly parent: { opts(): ConfigOptions } | null },
): Options & ConfigOptions {
  return { ...parent?.opts(), ...options };
}

function configDeps(deps: CommandDeps): ConfigDeps {
  return { reader: deps.files, env: deps.env, cwd: deps.cwd, home: deps.home };
}

/** As long as no configuration was read, the environment alone says which language. */
async function figuresOf({ env }: CommandDeps, locale = ""): Promise<Figures> {
  return await loadFigures(chooseLocale(locale, env));
}

async function load(options: ConfigOptions, deps: CommandDeps): Promise<Config> {
  const { loadConfig } = await import("../config/load_config.ts");
  const config = loadConfig(configDeps(deps), {}, { configFile: options.config });
  deps.useLocale?.(config.main.settings.locale);
  return config;
}

async function editConfig(options: ConfigOptions, deps: CommandDeps) {
  const { configToEdit } = await import("../config/config_files.ts");
  const { path, found } = configToEdit(configDeps(deps), options.config);
  if (!deps.terminal.out.isTty) throw noEditor(path, "there is no terminal");
  if (!found) await createExample(path, options, deps);
  const code = await deps.edit(path);
  // Source: POSIX, "Exit Status for Commands": 127 not found, 126 not executable.
  if (code === 127 || code === 126) throw noEditor(path, "the editor was not found");
  if (code !== 0) throw noEditor(path, `the editor ended with exit code ${code}`);
  return await checkCommand(options, deps);
}

function noEditor(path: string, reason: string): AppError {
  return new AppError(`Cannot edit "${path}": ${reason}`, {
    code: "EDITOR_FAILED",
    exitCode: EXIT.failed,
    hint: "Name an editor in VISUAL or EDITOR, or change the file by other means",
  });
}

async function showCommand(
  options: ConfigOptions & { readonly origin?: true | undefined },
  deps: CommandDeps,
) {
  const { showConfig } = await import("../config/render_config.ts");
  const config = await load(options, deps);
  if (options.json === true) {
    const all = [config.main, ...config.jobs].map(({ id, settings, origins }) => ({
      ...(id === undefined ? {} : { job: id }),
      settings,
      origins: Object.fromEntries(Object.entries(origins).map(([k, o]) => [k, originText(o)])),
    }));
    for (const job of all) deps.terminal.out.write(jsonLine({ message_type: "config", ...job }));
    return EXIT.ok;
  }
  const lines = showConfig(config, { origin: options.origin === true });
  const note = await hashersNote(config, deps);
  if (note !== undefined) lines.push("", note);
  deps.terminal.out.write(`${lines.join("\n")}\n`);
  return EXIT.ok;
}

/** What "auto" comes to for the source; which one is not said where only jobs have some. */
async function hashersNote({ main, jobs }: Config, deps: CommandDeps): Promise<string | undefined> {
  const { settings } = main;
  if (settings["performance.hashers"] > 0) return undefined;
  if (settings.source === undefined && jobs.length > 0) return undefined;
  const path = settings.source ?? deps.cwd;
  const note = await deps.operations.readersNote(settings, { path, cores: deps.host.cores });
  return note === undefined ? undefined : `# performance.hashers = "auto" for "${path}": ${note}`;
}

async function pathCommand(options: ConfigOptions, deps: CommandDeps) {
  const { configPaths } = await import("../config/config_files.ts");
  const { say } = await figuresOf(deps);
  const width = Math.max(textWidth(say("found")), textWidth(say("missing")));
  for (const { path, found } of configPaths(configDeps(deps), options.config)) {
    const word = found ? say("found") : say("missing");
    deps.terminal.out.write(
      options.json === true
        ? jsonLine({ message_type: "config_path", ...pathFields(path), found })
        : `${padText(word, width)}  ${path}\n`,
    );
  }
  return EXIT.ok;
}

async function checkCommand(options: ConfigOptions, deps: CommandDeps) {
  const { main, jobs, files, warnings } = await load(options, deps);
  const mistrust = [main, ...jobs].find((job) => job.mistrust !== undefined)?.mistrust;
  if (mistrust !== undefined) {
    const { untrusted } = await import("../ops/untrusted.ts");
    throw untrusted(mistrust);
  }
  const { say, tell } = await figuresOf(deps, main.settings.locale);
  const { out, err } = deps.terminal;
  const found = files.filter((file) => file.found).map(({ path }) => path);
  if (options.json === true) {
    out.write(jsonLine({ message_type: "config_check", ok: true, files: found, warnings }));
    return EXIT.ok;
  }
  for (const warning of warnings) err.write(`${say("Warning:")} ${tell(warning)}\n`);
  const what = found.length === 0 ? say("there is no configuration file") : found.join(", ");
  out.write(`${say("No errors: {files}", { files: what })}\n`);
  return EXIT.ok;
}

async function initCommand(options: ConfigOptions, deps: CommandDeps) {
  const { configToEdit, userConfigPath } = await import("../config/config_files.ts");
  const { config: file } = options;
  const named = file === undefined ? undefined : configToEdit(configDeps(deps), file).path;
  const path = named ?? userConfigPath(deps);
  if (path === undefined) {
    throw new AppError("Cannot choose a place for the configuration: there is no home directory", {
      code: "USAGE",
      exitCode: EXIT.usage,
      hint: "Name the file: phlb config init FILE",
    });
  }
  await createExample(path, options, deps);
  return EXIT.ok;
}

async function createExample(
  path: string,
  { json }: ConfigOptions,
  deps: CommandDeps,
): Promise<void> {
  const { files, terminal } = deps;
  const { renderExample } = await import("../config/render_example.ts");
  if (!files.createText(path, renderExample())) {
    throw new AppError(`Cannot create "${path}": there is a file already`, {
      code: "CONFIG_EXISTS",
      exitCode: EXIT.failed,
      hint: '"phlb config" opens the configuration in an editor',
    });
  }
  const created = jsonLine({ message_type: "config_created", ...pathFields(path) });
  const { say } = await figuresOf(deps);
  terminal.out.write(json === true ? created : `${say("Created {path}", { path })}\n`);
}

async function schemaCommand({ json }: ConfigOptions, { terminal }: CommandDeps) {
  const { renderJsonSchema } = await import("../config/render_json_schema.ts");
  const schema = renderJsonSchema();
  const line = () => jsonLine({ message_type: "schema", schema: JSON.parse(schema) });
  terminal.out.write(json === true ? line() : schema);
  return EXIT.ok;
}
