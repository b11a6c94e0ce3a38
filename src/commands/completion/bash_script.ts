import { allNodes, type CommandNode, type ValueNode } from "../command_tree.ts";
import { DYNAMIC_KINDS, PATH_KINDS } from "../value_kind.ts";

/**
 * The completions for bash (3.2 and later), with bash-completion or without. Commands, options and
 * words stand in it; for what a backup root knows it runs `phlb complete`.
 */
export function bashScript(tree: CommandNode): string {
  const nodes = allNodes(tree);
  return HEAD + [
    tableOf("__phlb_commands", "Sets reply to the commands below the command $1.", commands(nodes)),
    tableOf("__phlb_options", "Sets reply to the options of the command $1.", options(nodes)),
    tableOf(
      "__phlb_value",
      'Sets takes and kind for the option of $1, "COMMAND OPTION".',
      values(nodes),
    ),
    tableOf("__phlb_argument", 'Sets kind for an argument, "COMMAND:NUMBER" from 0.', args(nodes)),
  ].join("\n") + TAIL;
}

/** Rows of a `case`: patterns that share what is done for them. */
type Rows = readonly (readonly [pattern: string, action: string])[];

function tableOf(name: string, comment: string, rows: Rows): string {
  const byAction = Map.groupBy(rows, ([, action]) => action);
  const cases = [...byAction].map(([action, same]) =>
    `    ${same.map(([pattern]) => pattern).join(" | ")})\n      ${action}\n      ;;\n`
  );
  return `\n# ${comment}\n${name}() {\n  case $1 in\n${cases.join("")}  esac\n}\n`;
}

function commands(nodes: readonly CommandNode[]): Rows {
  return nodes.filter((node) => node.commands.length > 0).map((node) => [
    `"${node.path}"`,
    `reply="${node.commands.map(({ name }) => name).join(" ")}"`,
  ]);
}

function options(nodes: readonly CommandNode[]): Rows {
  return nodes.map((node) => [
    `"${node.path}"`,
    `reply="${node.options.flatMap(({ long, short }) => long ?? short ?? []).join(" ")}"`,
  ]);
}

function values(nodes: readonly CommandNode[]): Rows {
  return nodes.flatMap((node) =>
    node.options.flatMap(({ long, short, value }) => {
      if (value === undefined) return [];
      const takes = value.isRequired ? "one" : value.isVariadic ? "many" : "maybe";
      return [long, short].filter((name) => name !== undefined).map((name) =>
        [`"${node.path} ${name}"`, `takes=${takes} kind="${kindOf(value)}"`] as const
      );
    })
  );
}

function args(nodes: readonly CommandNode[]): Rows {
  return nodes.flatMap((node) =>
    node.args.map((argument, i) =>
      [
        argument.isVariadic ? `"${node.path}:"*` : `"${node.path}:${i}"`,
        `kind="${kindOf(argument)}"`,
      ] as const
    )
  );
}

function kindOf({ kind, words }: ValueNode): string {
  if (kind === "words") return `words ${words.join(" ")}`;
  if (PATH_KINDS.has(kind)) return "ask-or-file";
  return DYNAMIC_KINDS.has(kind) ? "ask" : kind;
}

const HEAD = `# Completions of phlb for bash; "phlb completion bash" prints them.

# Joins what bash took apart at ":" and "=". Sets words, and before: what of the last word stays in
# front of what is inserted.
__phlb_split() {
  local rest=\${COMP_LINE:0:COMP_POINT} piece i n=-1
  words=() before=
  for ((i = 0; i <= COMP_CWORD; i++)); do
    piece=\${COMP_WORDS[i]}
    if ((n < 0)) || [[ $rest == [[:space:]]* ]]; then
      rest=\${rest#"\${rest%%[![:space:]]*}"}
      n=$((n + 1))
      words[n]= before=
    fi
    [[ $rest == "$piece"* ]] || piece=$rest # the cursor stands in it
    rest=\${rest#"$piece"}
    before=\${words[n]}
    words[n]+=$piece
  done
  [[ -z $piece || -n \${piece//[:=]/} ]] || before=\${words[n]}
}
`;

const TAIL = `
# Offers files or, with -d, directories; $1 is what is typed, -d may follow.
__phlb_files() {
  local cur=$1 file
  shift
  if declare -F _filedir > /dev/null; then
    _filedir "$@"
  else
    compopt -o filenames 2> /dev/null
    while IFS= read -r file; do COMPREPLY+=("$file"); done < <(compgen "\${1:--f}" -- "$cur")
  fi
  if declare -F __ltrim_colon_completions > /dev/null; then __ltrim_colon_completions "$cur"; fi
}

# What a backup root knows: "phlb complete" quotes it as bash wants it.
__phlb_ask() {
  local answer
  compopt -o nospace 2> /dev/null
  while IFS= read -r answer; do COMPREPLY+=("$answer"); done < <(
    phlb complete --shell bash --before "$before" -- "\${words[@]:1}" 2> /dev/null < /dev/null
  )
}

# Offers values of the kind $1 for what is typed, $2.
__phlb_offer() {
  case $1 in
    file) __phlb_files "$2" ;;
    directory) __phlb_files "$2" -d ;;
    words\\ *)
      # In a word with "=" bash inserts behind it; words with ":" are completed up to it.
      COMPREPLY=($(compgen -W "\${1#words }" -- "$2"))
      if [[ $2 == *:* && $before == *: ]]; then
        COMPREPLY=("\${COMPREPLY[@]#"\${2%"\${2##*:}"}"}")
      fi
      ;;
    ask) __phlb_ask ;;
    ask-or-file)
      case $2 in
        [\\"\\']/* | [\\"\\']./* | /* | ./* | ../* | "~"*) __phlb_files "$2" ;;
        *) __phlb_ask ;;
      esac
      ;;
  esac
}

_phlb() {
  local IFS=$' \\t\\n' words before last path= number=0 open= ended= takes kind reply i word
  COMPREPLY=()
  __phlb_split
  last=$((\${#words[@]} - 1))
  for ((i = 1; i < last; i++)); do
    word=\${words[i]}
    if [[ $open == one ]]; then
      open=
    elif [[ -z $ended && $word == -- ]]; then
      ended=1 open=
    elif [[ -z $ended && $word == -?* ]]; then
      takes= kind=
      [[ $word == *=* ]] || __phlb_value "$path $word"
      open=$takes
    elif [[ -n $open ]]; then
      [[ $open == many ]] || open=
    else
      reply=
      ((number > 0)) || [[ -n $ended ]] || __phlb_commands "$path"
      if [[ -n $reply && " $reply " == *" $word "* ]]; then
        path=\${path:+$path }$word
      else
        number=$((number + 1))
      fi
    fi
    [[ -z $open ]] || __phlb_value "$path \${words[i]}"
  done
  word=\${words[last]}
  if [[ $open == one ]]; then
    __phlb_offer "$kind" "$word"
  elif [[ -z $ended && $word == --*=* ]]; then
    takes= kind=
    __phlb_value "$path \${word%%=*}"
    __phlb_offer "$kind" "\${word#*=}"
  elif [[ -z $ended && $word == -* ]]; then
    __phlb_options "$path"
    COMPREPLY=($(compgen -W "$reply" -- "$word"))
  elif [[ -n $open ]]; then
    __phlb_offer "$kind" "$word"
  else
    reply= kind=
    ((number > 0)) || [[ -n $ended ]] || __phlb_commands "$path"
    __phlb_argument "$path:$number"
    [[ -z $reply ]] || COMPREPLY=($(compgen -W "$reply" -- "$word"))
    [[ -n \${COMPREPLY[*]} ]] || __phlb_offer "$kind" "$word"
  fi
}

complete -F _phlb phlb
`;
