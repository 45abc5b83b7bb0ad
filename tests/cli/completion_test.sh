#!/usr/bin/env bash
# `lakeport completion`: bash, zsh and fish run their scripts. Usage: completion_test.sh PATH-TO-lakeport
set -euo pipefail
lakeport=$1
failed=0

# expect WHAT WANTED GOT: every word of WANTED is one of GOT.
expect() {
  local what=$1 word
  for word in $2; do
    if ! grep -qxF -- "$word" <<<"$3"; then
      echo "FAILED: $what: no \"$word\" in: ${3//$'\n'/ }"
      failed=1
    fi
  done
}
refuse() {
  if grep -qxF -- "$2" <<<"$3"; then
    echo "FAILED: $1: \"$2\" in: ${3//$'\n'/ }"
    failed=1
  fi
}

# What bash offers for the words given; the last one is being typed.
bash_offers() {
  bash -c 'eval "$("$0" completion bash)"
    COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _lakeport; printf "%s\n" "${COMPREPLY[@]}"' "$lakeport" "$@"
}
expect "bash, nothing typed" "source completion --version" "$(bash_offers lakeport '')"
expect "bash, a beginning" "source" "$(bash_offers lakeport so)"
refuse "bash, a beginning" "completion" "$(bash_offers lakeport so)"
expect "bash, in a group" "files" "$(bash_offers lakeport source '')"
expect "bash, options" "--port" "$(bash_offers lakeport source files --p)"
refuse "bash, the value of an option" "--help" "$(bash_offers lakeport source files --port '')"
expect "bash, after the value of an option" "--help" "$(bash_offers lakeport source files --port 5 '')"
expect "bash, commands of its own" "bash zsh fish" "$(bash_offers lakeport completion '')"

fish_offers() {
  PATH="$(dirname "$lakeport"):$PATH" fish --no-config -c 'lakeport completion fish | source; complete -C "$argv"' "$1" | cut -f1
}
expect "fish, nothing typed" "source completion" "$(fish_offers 'lakeport ')"
expect "fish, in a group" "files" "$(fish_offers 'lakeport source ')"
expect "fish, options" "--port" "$(fish_offers 'lakeport source files --')"

# zsh offers nothing without a terminal: stand-ins for its own _describe and _files show what would be offered.
zsh_offers() {
  zsh -f -c 'compdef() { :; }; _files() { echo files; }
    _describe() { local -a list; list=("${(@P)2}"); print -l -- "${(@)list%%:*}"; }
    eval "$("$0" completion zsh)"
    words=("$@"); CURRENT=$#; _lakeport' "$lakeport" "$@"
}
expect "zsh, nothing typed" "source completion --version" "$(zsh_offers lakeport '')"
expect "zsh, in a group" "files" "$(zsh_offers lakeport source '')"
expect "zsh, options" "--port" "$(zsh_offers lakeport source files '')"
expect "zsh, the value of an option" "files" "$(zsh_offers lakeport source files --port '')"
exit "$failed"
