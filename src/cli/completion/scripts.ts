/** The scripts that teach a shell to complete procman. They know nothing themselves: each asks the very command that is
 *  being written, `procman --complete`, so they never grow old. */

export type Shell = keyof typeof SCRIPTS;

/** Bash breaks words at `=` and `:`, and before `@`, where procman does not. So the line is read anew, and what readline
 *  takes for an earlier word is cut from the candidates. Bash 3.2, which macOS has, is enough. */
const BASH = `# procman completion for bash: eval "$(procman completion bash)"
_procman() {
  local line=\${COMP_LINE:0:COMP_POINT} words word value cut=
  read -ra words <<<"$line"
  [[ $line == *[[:space:]] ]] && words+=("")
  word=\${words[\${#words[@]} - 1]}
  if [[ $word == *@* && $COMP_WORDBREAKS == *@* ]]; then
    cut=\${word%@*}
  elif [[ $word == *=* && $COMP_WORDBREAKS == *=* ]]; then
    cut=\${word%=*}=
  fi
  COMPREPLY=()
  while IFS=$'\\t' read -r value _; do
    case $value in
      :files) compopt -o default 2>/dev/null; return ;;
      :directories) compopt -o dirnames 2>/dev/null; return ;;
      *) COMPREPLY+=("\${value#"$cut"}") ;;
    esac
  done < <("\${words[0]}" --complete -- "\${words[@]:1}" 2>/dev/null)
  # More is to come after these: no space.
  if [[ \${#COMPREPLY[@]} -eq 1 && \${COMPREPLY[0]} == *[=/] ]]; then
    compopt -o nospace 2>/dev/null
  fi
}
complete -F _procman procman
`;

const ZSH = `#compdef procman
# procman completion for zsh: eval "$(procman completion zsh)", or this as _procman in a directory of $fpath
_procman() {
  local line value
  local -a described unfinished
  for line in "\${(@f)$("\${words[1]}" --complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}"; do
    value=\${line%%$'\\t'*}
    case $value in
      '') ;;
      :files) _files; return ;;
      :directories) _files -/; return ;;
      *[=/]) unfinished+=("\${value//:/\\\\:}:\${line#*$'\\t'}") ;;
      *) described+=("\${value//:/\\\\:}:\${line#*$'\\t'}") ;;
    esac
  done
  _describe procman described
  _describe procman unfinished -S ''
}
if [[ \${funcstack[1]} == _procman ]]; then
  _procman "$@"
else
  (( \${+functions[compdef]} )) || { autoload -Uz compinit && compinit }
  compdef _procman procman
fi
`;

const FISH = `# procman completion for fish: procman completion fish | source
function __procman_complete
  set -l words (commandline -opc) (commandline -ct)
  for line in ($words[1] --complete -- $words[2..] 2>/dev/null)
    switch $line
      case :files
        __fish_complete_path (commandline -ct)
      case :directories
        __fish_complete_directories (commandline -ct)
      case '*'
        echo $line
    end
  end
end
complete -c procman -e
complete -c procman -f -k -a '(__procman_complete)'
`;

export const SCRIPTS = { bash: BASH, zsh: ZSH, fish: FISH };
