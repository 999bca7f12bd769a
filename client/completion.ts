/** Shell completion, made from the commands themselves: every command, its flags, and the values that are few. */
import type { Command, Option } from 'commander';
import { PRESET_NAMES } from '../lib/settings/settings.ts';
import { everyCommand } from './program.ts';
import { settingNames } from './settings-reference.ts';

interface Entry {
  /** The words of the command: `schedule`, `create`. */
  path: string[];
  does: string;
  /** What may follow: commands of a group, or choices of an argument. */
  names: string[];
  options: readonly Option[];
}

/** The script that a shell reads to complete `counterpoise`. */
export async function completionScript(shell: 'bash' | 'zsh' | 'fish'): Promise<string> {
  const entries = (await everyCommand()).flatMap((command) => entriesOf(command, []));
  return shell === 'fish' ? fish(entries) : shell === 'zsh' ? ZSH + bash(entries) : bash(entries);
}

function entriesOf(command: Command, above: string[]): Entry[] {
  const path = [...above, command.name()];
  const choices = command.registeredArguments.flatMap(({ argChoices = [] }) => argChoices);
  const names = [...command.commands.map((each) => each.name()), ...choices];
  const below = command.commands.flatMap((each) => entriesOf(each, path));
  return [{ path, does: command.description(), names, options: command.options }, ...below];
}

/** What a flag's value may be, where that is a short list. */
function valuesOf({ long, argChoices }: Option): readonly string[] | undefined {
  if (long === '--set') return settingNames().map((name) => `${name}=`);
  return long === '--preset' ? PRESET_NAMES : argChoices;
}

/** zsh runs the script of bash, once it is told to. */
const ZSH =
  '(( $+functions[compdef] )) || { autoload -Uz compinit && compinit; }\nautoload -Uz bashcompinit && bashcompinit\n';

function bash(entries: readonly Entry[]): string {
  const options = entries.flatMap((entry) => entry.options);
  const values = new Map(options.map((option) => [option.long, valuesOf(option)] as const));
  const top = entries.filter(({ path }) => path.length === 1).map(({ path }) => path[0]);
  return `_counterpoise() {
  local word="\${COMP_WORDS[COMP_CWORD]}" words=''
  case "\${COMP_WORDS[*]:1:$((COMP_CWORD - 1))}" in
${[...values].flatMap(([flag, some]) => (some ? [`    *' ${flag}') words='${some.join(' ')}' ;;`] : [])).join('\n')}
    '' | help) words='${top.join(' ')}' ;;
${entries.toReversed().map(bashCase).join('\n')}
  esac
  # A word without dashes may be a file, which the shell completes by itself.
  case "$words" in --*) case "$word" in -*) ;; *) words='' ;; esac ;; esac
  COMPREPLY=($(compgen -W "$words" -- "$word"))
  case "\${COMPREPLY[0]}" in *=) compopt -o nospace 2>/dev/null ;; esac
}
complete -o default -F _counterpoise counterpoise
`;
}

function bashCase({ path, names, options }: Entry): string {
  const words = names.length > 0 ? names : ['--help', ...options.map(({ long }) => long)];
  const line = path.join(' ');
  return `    '${line}'${names.length > 0 ? '' : ` | '${line} '*`}) words='${words.join(' ')}' ;;`;
}

function fish(entries: readonly Entry[]): string {
  const lines = entries.flatMap(({ path, does, options }) => {
    const [name, ...above] = path.toReversed();
    const isWanted = above.length === 0 ? '__fish_use_subcommand' : seen(above);
    return [
      `-n '${isWanted}' -a ${name} -d ${quoted(does)}`,
      ...options.map((option) => {
        const values = valuesOf(option);
        const value = values ? ` -x -a '${values.join(' ')}'` : option.required ? ' -r' : '';
        return `-n '${seen(path)}' -l ${option.long!.slice(2)}${value} -d ${quoted(option.description)}`;
      }),
    ];
  });
  return lines.map((line) => `complete -c counterpoise ${line}\n`).join('');
}

const seen = (path: readonly string[]) =>
  path.map((name) => `__fish_seen_subcommand_from ${name}`).join('; and ');

const quoted = (text: string) => `'${text.replace(/['\\]/g, '\\$&')}'`;
