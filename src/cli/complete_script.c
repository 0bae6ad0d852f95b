/*
 * qd completion bash|zsh|fish: the script that teaches a shell to ask `qd __complete`. All that is
 * known of commands and methods stays in the program.
 */
#include <string.h>

#include "cli/cli_private.h"

/* Readline replaces what stands behind the last of COMP_WORDBREAKS, so the line is split again
 * here, at blanks, and candidates lose what stands before that. */
static const char bash_script[] =
    "# bash completion of qd: source <(qd completion bash)\n"
    "_qd() {\n"
    "    local line=${COMP_LINE:0:COMP_POINT} word head= tail candidate title i\n"
    "    local -a words\n"
    "    read -ra words <<<\"$line\"\n"
    "    [[ $line == *[[:space:]] ]] && words+=('')\n"
    "    word=${words[-1]}\n"
    "    for ((i = ${#word} - 1; i >= 0; i--)); do\n"
    "        if [[ $COMP_WORDBREAKS == *\"${word:i:1}\"* ]]; then\n"
    "            head=${word:0:i+1}\n"
    "            break\n"
    "        fi\n"
    "    done\n"
    "    COMPREPLY=()\n"
    "    while IFS=$'\\t' read -r candidate title; do\n"
    "        if [[ $candidate == :files ]]; then\n"
    "            compopt -o filenames 2>/dev/null\n"
    "            tail=${word##*[=@]}\n"
    "            while IFS= read -r candidate; do\n"
    "                candidate=${word%\"$tail\"}$candidate\n"
    "                COMPREPLY+=(\"${candidate#\"$head\"}\")\n"
    "            done < <(compgen -f -- \"$tail\")\n"
    "            return\n"
    "        fi\n"
    "        COMPREPLY+=(\"${candidate#\"$head\"}\")\n"
    "    done < <(\"${words[0]}\" __complete \"${words[@]:1}\" 2>/dev/null)\n"
    "    if [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *[=.@] ]]; then\n"
    "        compopt -o nospace 2>/dev/null\n"
    "    fi\n"
    "}\n"
    "complete -F _qd qd\n";

static const char zsh_script[] =
    "#compdef qd\n"
    "# zsh completion of qd: in a folder of $fpath as _qd, or source <(qd completion zsh)\n"
    "_qd() {\n"
    "    local line candidate title\n"
    "    local -a plain more asked\n"
    "    asked=(\"${(@)words[2,CURRENT]}\")\n"
    "    while IFS= read -r line; do\n"
    "        candidate=${line%%$'\\t'*}\n"
    "        title=${line#*$'\\t'}\n"
    "        [[ $line == *$'\\t'* ]] || title=''\n"
    "        if [[ $candidate == :files ]]; then\n"
    "            compset -P '*[=@]'\n"
    "            _files\n"
    "            return\n"
    "        fi\n"
    "        candidate=${candidate//:/\\\\:}\n"
    "        if [[ $candidate == *[=@.] ]]; then\n"
    "            more+=(\"$candidate${title:+:$title}\")\n"
    "        else\n"
    "            plain+=(\"$candidate${title:+:$title}\")\n"
    "        fi\n"
    "    done < <(\"${words[1]}\" __complete \"${asked[@]}\" 2>/dev/null)\n"
    "    (( $#more )) && _describe -t qd-more qd more -S ''\n"
    "    (( $#plain )) && _describe -t qd qd plain\n"
    "}\n"
    "if [[ $funcstack[1] == _qd ]]; then\n"
    "    _qd \"$@\"\n"
    "else\n"
    "    compdef _qd qd\n"
    "fi\n";

static const char fish_script[] =
    "# fish completion of qd: qd completion fish | source\n"
    "function __qd_complete\n"
    "    set -l words (commandline -opc)\n"
    "    set -l found (command $words[1] __complete $words[2..-1] (commandline -ct) 2>/dev/null)\n"
    "    if test \"$found\" = ':files'\n"
    "        set -l word (commandline -ct)\n"
    "        set -l head (string match -r '^.*@' -- $word)\n"
    "        set -l tail (string replace -r '^.*@' '' -- $word)\n"
    "        for file in (__fish_complete_path $tail)\n"
    "            echo $head$file\n"
    "        end\n"
    "    else\n"
    "        printf '%s\\n' $found\n"
    "    end\n"
    "end\n"
    "complete -c qd -f -a '(__qd_complete)'\n";

static const cli_option no_options[] = { { NULL, 0, 0, NULL, NULL, 0, 0, NULL } };

static int run_completion(cli_context *context) {
    static const struct {
        const char *shell, *script;
    } scripts[] = { { "bash", bash_script }, { "zsh", zsh_script }, { "fish", fish_script } };
    for (size_t i = 0; i < sizeof scripts / sizeof scripts[0]; i++) {
        if (strcmp(scripts[i].shell, context->operands[0]) == 0) {
            fputs(scripts[i].script, stdout);
            return CLI_OK;
        }
    }
    return cli_usage(context, "unknown shell '%.40s'; there are bash, zsh and fish",
                     context->operands[0]);
}

const cli_command cli_completion = { "completion",
                                     "SHELL",
                                     1,
                                     1,
                                     "a script that teaches bash, zsh or fish our words",
                                     "source <(qd completion bash)",
                                     no_options,
                                     run_completion };
