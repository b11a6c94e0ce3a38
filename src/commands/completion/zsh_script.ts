import { allNodes, type CommandNode, type OptionNode, type ValueNode } from "../command_tree.ts";
import { DYNAMIC_KINDS, PATH_KINDS } from "../value_kind.ts";

/**
 * The completions for zsh, as a function `_phlb` that is found in `fpath` or evaluated behind
 * `compinit`. For what a backup root knows it runs `phlb complete`.
 */
export function zshScript(tree: CommandNode): string {
  return [HEAD, ...allNodes(tree).map(functionsOf), TAIL].join("\n");
}

function functionsOf(node: CommandNode): string {
  const name = functionName(node);
  const hasCommands = node.commands.length > 0;
  const specs = [
    ...node.options.map(optionSpec),
    ...(hasCommands ? [`'1: :${name}_commands'`, "'*:: :->command'"] : node.args.map(argumentSpec)),
  ];
  const call = `  _arguments -s -S${hasCommands ? " -C" : ""} \\\n    ${specs.join(" \\\n    ")}`;
  if (!hasCommands) return `${name}() {\n${call}\n}\n`;
  const cases = node.commands.map((child) => `    ${child.name}) ${functionName(child)} ;;`);
  const list = node.commands.map((child) => quoted(`${child.name}:${child.summary}`));
  return [
    `${name}_commands() {`,
    "  local -a commands=(",
    ...list.map((item) => `    ${item}`),
    "  )",
    "  _describe -t commands 'phlb command' commands",
    "}",
    "",
    `${name}() {`,
    "  local context curcontext=$curcontext state state_descr line",
    "  typeset -A opt_args",
    `${call} && return`,
    "  [[ $state == command ]] || return 1",
    "  case $words[1] in",
    ...cases,
    "  esac",
    "}",
    "",
  ].join("\n");
}

function functionName({ path }: CommandNode): string {
  return path === "" ? "__phlb_main" : `__phlb_${path.replaceAll(/[^a-z]/g, "_")}`;
}

function optionSpec({ long, short, description, isRepeatable, value }: OptionNode): string {
  const names = [short, long].filter((name) => name !== undefined);
  const star = isRepeatable ? "*" : "";
  const explanation = `[${escaped(description)}]`;
  const spec = (name: string) => {
    const equals = value === undefined ? "" : name.startsWith("--") ? "=" : "+";
    return quoted(`${star}${name}${equals}${explanation}${valueSpec(value)}`);
  };
  return names.map(spec).join(" \\\n    ");
}

function valueSpec(value: ValueNode | undefined): string {
  if (value === undefined) return "";
  const action = `${escaped(value.placeholder)}:${actionOf(value)}`;
  if (value.isVariadic && !value.isRequired) return `:*-*:${action}`;
  return `${value.isRequired ? ":" : "::"}${action}`;
}

function argumentSpec(argument: ValueNode & { readonly isVariadic: boolean }): string {
  const action = `${escaped(argument.placeholder)}:${actionOf(argument)}`;
  if (argument.isVariadic) return quoted(`*:${action}`);
  return quoted(`${argument.isRequired ? ":" : "::"}${action}`);
}

function actionOf({ kind, words }: ValueNode): string {
  if (kind === "words") return `(${words.map((word) => escaped(word)).join(" ")})`;
  if (kind === "file") return "_files";
  if (kind === "directory") return "_files -/";
  if (PATH_KINDS.has(kind)) return "__phlb_ask_or_file";
  return DYNAMIC_KINDS.has(kind) ? "__phlb_ask" : "";
}

/** For `_arguments`: colons and brackets stand for themselves. */
function escaped(text: string): string {
  return text.replace(/[\\:[\]]/g, "\\$&");
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

const HEAD = `#compdef phlb
# Completions of phlb for zsh; "phlb completion zsh" prints them.

# What a backup root knows. Lines begin with "/" when more of the same word may follow.
__phlb_ask() {
  local line value
  local -a whole whole_notes open open_notes
  while IFS= read -r line; do
    value=\${\${line%%$'\\t'*}[2,-1]}
    if [[ $line == /* ]]; then
      open+=("$value") open_notes+=("\${value}  \${line#*$'\\t'}")
    else
      whole+=("$value") whole_notes+=("\${value}  \${line#*$'\\t'}")
    fi
  done < <(phlb complete --shell zsh -- "\${phlb_words[@]}" 2> /dev/null < /dev/null)
  local ret=1
  (( $#open )) && compadd "$@" -V open -S '' -l -d open_notes -a open && ret=0
  (( $#whole )) && compadd "$@" -V whole -l -d whole_notes -a whole && ret=0
  return ret
}

__phlb_ask_or_file() {
  if [[ \${(Q)PREFIX} == (/|./|../|\\~)* ]]; then
    _files "$@"
  else
    __phlb_ask "$@"
  fi
}
`;

const TAIL = `_phlb() {
  # As they are typed, up to the cursor: "phlb complete" takes the quotes away.
  local -a phlb_words=("\${(@)words[2,CURRENT-1]}" "$QIPREFIX$IPREFIX$PREFIX")
  __phlb_main "$@"
}

if [[ $funcstack[1] == _phlb ]]; then
  _phlb "$@"
elif (( $+functions[compdef] )); then
  compdef _phlb phlb
fi
`;
