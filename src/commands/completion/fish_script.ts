import { allNodes, type CommandNode, type OptionNode, type ValueNode } from "../command_tree.ts";
import { DYNAMIC_KINDS, PATH_KINDS } from "../value_kind.ts";

/** The completions for fish. For what a backup root knows they run `phlb complete`. */
export function fishScript(tree: CommandNode): string {
  const nodes = allNodes(tree);
  return [HEAD, stateFunction(nodes), ...nodes.map(rulesOf)].join("\n");
}

/** The function that finds out which command is typed, and how many of its arguments. */
function stateFunction(nodes: readonly CommandNode[]): string {
  const valued = (takes: (value: ValueNode) => boolean) =>
    nodes.flatMap((node) =>
      node.options.flatMap(({ long, short, value }) =>
        value === undefined || !takes(value)
          ? []
          : [long, short].filter((name) => name !== undefined)
            .map((name) => quoted(`${node.path} ${name}`))
      )
    );
  const isMany = (value: ValueNode) => value.isVariadic && !value.isRequired;
  const commands = nodes.filter(({ path }) => path !== "").map(({ path }) => quoted(path));
  return STATE
    .replace("@COMMANDS@", () => commands.join(" "))
    .replace("@ONE@", () => listOrNone(valued((value) => value.isRequired)))
    .replace("@MANY@", () => listOrNone(valued(isMany)));
}

function listOrNone(items: readonly string[]): string {
  return items.length === 0 ? "''" : items.join(" ");
}

function rulesOf(node: CommandNode): string {
  const rule = `complete -c phlb -n ${quoted(`__phlb_in ${quoted(node.path)}`)}`;
  const commands = node.commands.map(({ name, summary }) =>
    `complete -c phlb -n ${quoted(`__phlb_at ${quoted(node.path)} 0`)} -a ${name} -d ${
      quoted(summary)
    }`
  );
  const args = node.args.flatMap((argument, i) => {
    const action = actionOf(argument);
    const at = argument.isVariadic ? "any" : i;
    const place = quoted(`__phlb_at ${quoted(node.path)} ${at}`);
    return action === "" ? [] : [`complete -c phlb -n ${place} -k -a ${quoted(action)}`];
  });
  return [
    ...commands,
    ...args,
    ...node.options.map((option) => `${rule} ${optionRule(option)}`),
    "",
  ]
    .join("\n");
}

function optionRule({ long, short, description, value }: OptionNode): string {
  const names = [
    ...(short === undefined ? [] : [`-s ${short.slice(1)}`]),
    ...(long === undefined ? [] : [`-l ${long.slice(2)}`]),
  ].join(" ");
  const action = value === undefined ? "" : actionOf(value);
  const takes = value === undefined || !value.isRequired
    ? ""
    : action === ""
    ? " -x"
    : ` -x -k -a ${quoted(action)}`;
  return `${names}${takes} -d ${quoted(description)}`;
}

function actionOf({ kind, words }: ValueNode): string {
  if (kind === "words") return words.join(" ");
  if (kind === "file") return "(__phlb_files)";
  if (kind === "directory") return "(__fish_complete_directories)";
  if (PATH_KINDS.has(kind)) return "(__phlb_ask_or_file)";
  return DYNAMIC_KINDS.has(kind) ? "(__phlb_ask)" : "";
}

function quoted(text: string): string {
  return `'${text.replace(/[\\']/g, "\\$&")}'`;
}

const HEAD = `# Completions of phlb for fish; "phlb completion fish" prints them.

complete -c phlb -e
complete -c phlb -f

# What a backup root knows.
function __phlb_ask
    set -l tokens (commandline -opc)
    # What stands before the last word has no quotes any more: they are put back.
    phlb complete --shell fish -- (string escape -- $tokens[2..-1]) (commandline -ct | string collect -a) 2>/dev/null </dev/null
end

function __phlb_files
    __fish_complete_path (commandline -ct | string replace -r -- '^--[^=]*=' '')
end

function __phlb_ask_or_file
    switch (commandline -ct | string replace -r -- '^--[^=]*=' '' | string trim -l -c '"\\'')
        case '/*' './*' '../*' '~*'
            __phlb_files
        case '*'
            __phlb_ask
    end
end
`;

const STATE =
  `# Sets __phlb_path to the command that is typed, and __phlb_number to how many arguments it has.
function __phlb_read
    set -g __phlb_path ''
    set -g __phlb_number 0
    set -l commands @COMMANDS@
    set -l one @ONE@
    set -l many @MANY@
    set -l open ''
    set -l ended ''
    set -l tokens (commandline -opc)
    for token in $tokens[2..-1]
        if test "$open" = one
            set open ''
        else if test -z "$ended" -a "x$token" = x--
            set ended 1
            set open ''
        else if test -z "$ended"; and string match -q -- '-?*' $token
            set open ''
            if contains -- "$__phlb_path $token" $one
                set open one
            else if contains -- "$__phlb_path $token" $many
                set open many
            end
        else if test -n "$open"
            continue
        else if test -z "$ended" -a $__phlb_number -eq 0; and contains -- (string trim -- "$__phlb_path $token") $commands
            set -g __phlb_path (string trim -- "$__phlb_path $token")
        else
            set -g __phlb_number (math $__phlb_number + 1)
        end
    end
    set -g __phlb_open "$open"
end

# Whether the command $argv[1] is typed.
function __phlb_in
    __phlb_read
    test "$__phlb_path" = $argv[1]
end

# Whether its argument $argv[2] is next, from 0; "any": any one.
function __phlb_at
    __phlb_read
    test "$__phlb_path" = $argv[1] -a -z "$__phlb_open"
    and test $argv[2] = any -o $argv[2] = $__phlb_number
end
`;
