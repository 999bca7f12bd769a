/** Shell completion, generated from the commands: every command, its flags, and values from short lists. */
import type { Command, Option } from 'commander';
import { PRESET_NAMES } from '../lib/settings/settings.ts';
import { settingNames } from './settings-reference.ts';

/** The completion script of a shell; `program` must have all commands loaded. */
export function completionScript(shell: 'bash' | 'zsh' | 'fish', program: Command): string {
  return shell === 'fish' ? fish(program) : shell === 'zsh' ? ZSH + bash(program) : bash(program);
}

const below = (command: Command): Command[] => command.commands.flatMap((each) => [each, ...below(each)]);

/** The path of a command: `schedule`, `create`. */
const pathOf = (command: Command): string[] =>
  command.parent ? [...pathOf(command.parent), command.name()] : [];

/** The values of a flag, if they are a short list. */
function valuesOf({ long, argChoices }: Option): readonly string[] | undefined {
  if (long === '--set') return settingNames().map((name) => `${name}=`);
  return long === '--preset' ? PRESET_NAMES : argChoices;
}

/** zsh can run bash completions. */
const ZSH =
  '(( $+functions[compdef] )) || { autoload -Uz compinit && compinit; }\nautoload -Uz bashcompinit && bashcompinit\n';

function bash(program: Command): string {
  const commands = below(program).reverse();
  const values = new Map(
    commands.flatMap(({ options }) => options.map((option) => [option.long, valuesOf(option)] as const)),
  );
  return `_counterpoise() {
  local word="\${COMP_WORDS[COMP_CWORD]}" words=''
  case "\${COMP_WORDS[*]:1:$((COMP_CWORD - 1))}" in
${[...values].flatMap(([flag, some]) => (some ? [`    *' ${flag}') words='${some.join(' ')}' ;;`] : [])).join('\n')}
    '' | help) words='${program.commands.map((each) => each.name()).join(' ')}' ;;
${commands.map(bashCase).join('\n')}
  esac
  # A word without dashes may be a file, which the shell completes by itself.
  case "$words" in --*) case "$word" in -*) ;; *) words='' ;; esac ;; esac
  COMPREPLY=($(compgen -W "$words" -- "$word"))
  case "\${COMPREPLY[0]}" in *=) compopt -o nospace 2>/dev/null ;; esac
}
complete -o default -F _counterpoise counterpoise
`;
}

function bashCase(command: Command): string {
  const path = pathOf(command).join(' ');
  const choices = command.registeredArguments.flatMap(({ argChoices = [] }) => argChoices);
  const names = [...command.commands.map((each) => each.name()), ...choices];
  if (names.length > 0) return `    '${path}') words='${names.join(' ')}' ;;`;
  const flags = ['--help', ...command.options.map(({ long }) => long)];
  return `    '${path}' | '${path} '*) words='${flags.join(' ')}' ;;`;
}

function fish(program: Command): string {
  const lines = below(program).flatMap((command) => [
    `-n '${after(command.parent!)}' -a ${command.name()} -d ${quoted(command.description())}`,
    ...command.options.map((option) => {
      const values = valuesOf(option);
      const value = values ? ` -x -a '${values.join(' ')}'` : option.required ? ' -r' : '';
      return `-n '${after(command)}' -l ${option.long!.slice(2)}${value} -d ${quoted(option.description)}`;
    }),
  ]);
  return lines.map((line) => `complete -c counterpoise ${line}\n`).join('');
}

/** fish's condition for what follows a command. */
const after = (command: Command) =>
  pathOf(command)
    .map((name) => `__fish_seen_subcommand_from ${name}`)
    .join('; and ') || '__fish_use_subcommand';

const quoted = (text: string) => `'${text.replace(/['\\]/g, '\\$&')}'`;
