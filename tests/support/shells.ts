import { phlbCommand, phlbEnvironment } from "./phlb.ts";
import { runAnyhow } from "./run.ts";

const TYPIST = new URL("./type_in_shell.py", import.meta.url).pathname;

/** A shell whose words phlb completes. */
export interface ShellPlace {
  /** Where it is started; `bin/phlb` there is the phlb that runs. */
  readonly cwd: string;
  readonly shell: "bash" | "zsh" | "fish";
  /** Read before the completions. */
  readonly setup?: string;
}

/** Puts a program called phlb into `<dir>/bin`, which runs the phlb of the tests. */
export async function installPhlb(dir: string): Promise<void> {
  await Deno.mkdir(`${dir}/bin`, { recursive: true });
  const words = phlbCommand().map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(" ");
  await Deno.writeTextFile(`${dir}/bin/phlb`, `#!/bin/sh\nexec ${words} "$@"\n`, { mode: 0o755 });
}

/**
 * Types each line into the shell, presses Tab, and returns the words that the shell then takes it
 * for; `null` when it told none.
 */
export async function typeAndTab(
  { cwd, shell, setup = "" }: ShellPlace,
  lines: readonly string[],
): Promise<(readonly string[] | null)[]> {
  const env = {
    ...phlbEnvironment(),
    PATH: `${cwd}/bin:${Deno.env.get("PATH") ?? ""}`,
    HOME: cwd,
    TERM: "xterm",
    ZDOTDIR: cwd,
    XDG_CONFIG_HOME: `${cwd}/config`,
  };
  const args = await startFiles({ cwd, shell, setup });
  const { stdout, stderr, code } = await runAnyhow("python3", [TYPIST, '"\\t"', ...args], {
    cwd,
    env,
    stdin: JSON.stringify(lines),
  });
  if (code !== 0) throw new Error(`Nobody could type into ${shell}: ${stderr}`);
  return wordsOf(stdout, lines.length);
}

async function startFiles({ cwd, shell, setup }: Required<ShellPlace>): Promise<string[]> {
  switch (shell) {
    case "bash": {
      const rc = `PS1='$ '\n${setup}\neval "$(phlb completion bash)"\necho READY\n`;
      await Deno.writeTextFile(`${cwd}/bashrc`, rc);
      return ["bash", "--noprofile", "--rcfile", `${cwd}/bashrc`, "-i"];
    }
    case "zsh": {
      const rc = `PS1='%# '\nautoload -Uz compinit\ncompinit -u -D\n${setup}\n` +
        'eval "$(phlb completion zsh)"\nbindkey -e\nunsetopt beep\nprint READY\n';
      await Deno.writeTextFile(`${cwd}/.zshrc`, rc);
      return ["zsh", "-o", "no_global_rcs", "-i"];
    }
    case "fish": {
      const rc = "function fish_prompt\n echo '> '\nend\nset -g fish_greeting\n" +
        `${setup}\nphlb completion fish | source\necho READY\n`;
      await Deno.mkdir(`${cwd}/config/fish`, { recursive: true });
      await Deno.writeTextFile(`${cwd}/config/fish/config.fish`, rc);
      return ["fish", "-i"];
    }
  }
}

/** What `printf '<%s>\n'` printed for each line, without how the terminal was painted. */
function wordsOf(shown: string, count: number): (readonly string[] | null)[] {
  // deno-lint-ignore no-control-regex -- the escape character begins what paints
  const text = shown.replace(/\x1b(?:\[[0-9;?]*[a-zA-Z]|\][^\x07]*\x07|[=>]|\(B)/g, "")
    .replaceAll("\r", "");
  return Array.from({ length: count }, (_, i) => {
    const before = i === 0 ? 0 : text.search(new RegExp(`^.*END${i - 1}$`, "m"));
    const part = text.slice(before, text.search(new RegExp(`^END${i}$`, "m")));
    const words = [...part.matchAll(/^<(.*)>$/gm)].map(([, word]) => word ?? "");
    return words.length === 0 ? null : words;
  });
}
