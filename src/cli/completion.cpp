// `lakeport completion bash|zsh|fish`: a script for the shell, made from the commands and options that there
// are.
#include <iostream>
#include <string>
#include <string_view>
#include <vector>

#include <CLI/CLI.hpp>

#include "commands.h"

namespace lakeport::cli {
namespace {

struct Word {
  std::string text;  // "sync", "--source"
  std::string description;
  bool takes_value = false;
};

// What may follow `lakeport` + place; the place of `lakeport source files` is " source files".
struct Place {
  std::string place;
  std::vector<Word> commands;
  std::vector<Word> options;
};

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

void walk(const CLI::App& app, const std::string& place, std::vector<Place>& places) {
  Place here{place, {}, {}};
  for (const CLI::Option* option : app.get_options()) {
    const bool takes_value = option->get_type_size_max() > 0;
    for (const std::string& name : option->get_lnames()) {
      here.options.push_back({"--" + name, first_line(option->get_description()), takes_value});
    }
    for (const std::string& name : option->get_snames()) {
      here.options.push_back({"-" + name, first_line(option->get_description()), takes_value});
    }
  }
  const auto all = app.get_subcommands([](const CLI::App*) { return true; });
  for (const CLI::App* command : all) {
    here.commands.push_back({command->get_name(), first_line(command->get_description())});
  }
  places.push_back(std::move(here));
  for (const CLI::App* command : all) walk(*command, place + " " + command->get_name(), places);
}

// 'text' for any of the three shells (fish takes \' inside quotes, the other two close them first).
std::string quoted(std::string_view text, std::string_view quote_within) {
  std::string result = "'";
  for (char c : text) {
    if (c == '\'') {
      result += quote_within;
    } else {
      result += c;
    }
  }
  return result + "'";
}
std::string posix_quoted(std::string_view text) { return quoted(text, "'\\''"); }
std::string fish_quoted(std::string_view text) { return quoted(text, "\\'"); }

// The lines of a case statement that follow the words typed to the place they lead to.
std::string steps(const std::vector<Place>& places) {
  std::string lines;
  for (const Place& place : places) {
    if (place.place.empty()) continue;
    lines += "      " + posix_quoted(place.place) + ") place=" + posix_quoted(place.place) + " ;;\n";
  }
  return lines;
}

std::string value_options(const std::vector<Place>& places) {
  std::string pattern;
  for (const Place& place : places) {
    for (const Word& option : place.options) {
      if (option.takes_value)
        pattern += (pattern.empty() ? "" : "|") + posix_quoted(place.place + " " + option.text);
    }
  }
  return pattern.empty() ? "''" : pattern;
}

std::string bash_script(const std::vector<Place>& places) {
  std::string script =
      "# lakeport completion for bash. Use: source <(lakeport completion bash)\n"
      "_lakeport() {\n"
      "  local place='' word words=''\n"
      "  for word in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n"
      "    case \"$place $word\" in\n" +
      steps(places) +
      "    esac\n"
      "  done\n"
      "  COMPREPLY=()\n"
      "  case \"$place ${COMP_WORDS[COMP_CWORD-1]}\" in\n"
      "    " +
      value_options(places) +
      ") return ;; # a value: files\n"
      "  esac\n"
      "  case \"$place\" in\n";
  for (const Place& place : places) {
    std::string words;
    for (const std::vector<Word>* list : {&place.commands, &place.options}) {
      for (const Word& word : *list) words += (words.empty() ? "" : " ") + word.text;
    }
    script += "    " + posix_quoted(place.place) + ") words=" + posix_quoted(words) + " ;;\n";
  }
  return script +
         "  esac\n"
         "  mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"${COMP_WORDS[COMP_CWORD]}\")\n"
         "}\n"
         "complete -o default -F _lakeport lakeport\n";
}

std::string zsh_words(const std::vector<Word>& words) {
  std::string list;
  for (const Word& word : words) list += " " + posix_quoted(word.text + ":" + word.description);
  return "(" + list + " )";
}

std::string zsh_script(const std::vector<Place>& places) {
  std::string script =
      "#compdef lakeport\n"
      "# lakeport completion for zsh. Use: source <(lakeport completion zsh), after compinit\n"
      "_lakeport() {\n"
      "  local place='' word\n"
      "  local -a commands options\n"
      "  for word in \"${(@)words[2,CURRENT-1]}\"; do\n"
      "    case \"$place $word\" in\n" +
      steps(places) +
      "    esac\n"
      "  done\n"
      "  case \"$place ${words[CURRENT-1]}\" in\n"
      "    " +
      value_options(places) +
      ") _files; return ;;\n"
      "  esac\n"
      "  case \"$place\" in\n";
  for (const Place& place : places) {
    script += "    " + posix_quoted(place.place) + ") commands=" + zsh_words(place.commands) +
              " options=" + zsh_words(place.options) + " ;;\n";
  }
  return script +
         "  esac\n"
         "  (( $#commands )) && _describe command commands\n"
         "  _describe option options\n"
         "}\n"
         "compdef _lakeport lakeport\n";
}

std::string fish_script(const std::vector<Place>& places) {
  std::string script =
      "# lakeport completion for fish. Use: lakeport completion fish | source\n"
      "function __lakeport_at\n"
      "  set -l place ''\n"
      "  for word in (commandline -opc)[2..-1]\n"
      "    switch \"$place $word\"\n";
  for (const Place& place : places) {
    if (!place.place.empty()) {
      script +=
          "      case " + fish_quoted(place.place) + "\n        set place " + fish_quoted(place.place) + "\n";
    }
  }
  script +=
      "    end\n"
      "  end\n"
      "  test \"$place\" = \"$argv[1]\"\n"
      "end\n";
  for (const Place& place : places) {
    const std::string at = "complete -c lakeport -n " + fish_quoted("__lakeport_at \"" + place.place + "\"");
    for (const Word& command : place.commands) {
      script += at + " -f -a " + fish_quoted(command.text) + " -d " + fish_quoted(command.description) + "\n";
    }
    for (const Word& option : place.options) {
      const bool is_long = option.text.starts_with("--");
      script += at + (is_long ? " -l " : " -s ") + option.text.substr(is_long ? 2 : 1);
      script +=
          (option.takes_value ? " -r" : "") + std::string(" -d ") + fish_quoted(option.description) + "\n";
    }
  }
  return script;
}

}  // namespace

void add_completion_command(CLI::App& app, Action& action) {
  CLI::App* group = app.add_subcommand("completion", "Print a script that completes commands in your shell");
  group->require_subcommand(1);
  using Write = std::string (*)(const std::vector<Place>&);
  const auto add = [&](const std::string& shell, const std::string& description, Write write) {
    group->add_subcommand(shell, description)->callback([&app, &action, write] {
      action = [&app, write] {
        std::vector<Place> places;
        walk(app, "", places);
        std::cout << write(places);
        return 0;
      };
    });
  };
  add("bash", "source <(lakeport completion bash)", bash_script);
  add("zsh", "source <(lakeport completion zsh)", zsh_script);
  add("fish", "lakeport completion fish | source", fish_script);
}

}  // namespace lakeport::cli
