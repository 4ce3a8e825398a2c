#!/bin/bash
# Functions of the tests that grade, for sourcing in the top folder: promise, graded, says, view.
# A test ends with `closing`, which prints Check's closing line.
# shellcheck disable=SC2034 # read by the tests
set -uo pipefail
shopt -s nullglob
grade=${GRADE:-build/release/double/grader/grade-1}
work=$(mktemp -d)
cache=build/test-cache # what tests compile, once for all of them; empty: nothing is kept
checks=0
failures=0
trying= # the promise that is being tried

# A promise may end the whole script, by an exit that was meant to end itself: say which.
at_exit()
{
    if [[ -n $trying ]]; then
        printf '%s: ended in the middle of: %s\n' "${0##*/}" "$trying"
        tail -c 2000 "$work/why"
    fi
    rm -rf "$work"
}
trap at_exit EXIT

# promise TEXT COMMAND...: the command succeeds
promise()
{
    checks=$((checks + 1))
    local began=$SECONDS
    trying=$1
    if ! "${@:2}" >"$work/why" 2>&1; then
        failures=$((failures + 1))
        printf '%s: does not hold: %s\n' "${0##*/}" "$1"
        head -c 2000 "$work/why"
    fi
    trying=
    [[ -z ${TIMES-} ]] || printf '%3d s  %s\n' $((SECONDS - began)) "$1"
}

# graded NAME FOLDER [OPTION...]: grades a folder into $work/NAME, by assignment 1 unless
# ASSIGNMENT says another
graded()
{
    "${grade%-1}-${ASSIGNMENT:-1}" --quiet ${cache:+--cache="$cache"} --submission="$2" \
        --out="$work/$1" "${@:3}"
}

# share_cache BOOK: the graders of that class find and keep there what all tests compile
share_cache()
{
    [[ -z $cache || -e $work/$1/cache ]] || { mkdir -p "$work/$1" "$cache" && ln -s "$PWD/$cache" "$work/$1/cache"; }
}

# says NAME FILTER: jq's filter holds for the result NAME
says()
{
    jq -e "$2" "$work/$1/result.json"
}

same_but_for_timings()
{
    diff <(jq 'del(.timings)' "$work/$1/result.json") <(jq 'del(.timings)' "$work/$2/result.json")
}

# one_line_error COMMAND...: the command fails with one line on standard error and no output
one_line_error()
{
    ! "$@" >"$work/out" 2>"$work/err" && [ "$(wc -l <"$work/err")" -le 3 ] && [ ! -s "$work/out" ]
}

view() # VIEW FOLDER: the reference's or the stub's modules
{
    mkdir -p "$2"
    for master in grader/reference/assignment"${ASSIGNMENT:-1}"/*.c; do
        unifdef -x 2 -B "$1" -o "$2/${master##*/}" "$master" || return 1
    done
}

closing()
{
    printf '%d%%: Checks: %d, Failures: %d, Errors: 0\n' \
        $((100 * (checks - failures) / checks)) "$checks" "$failures"
    [ "$failures" = 0 ]
}
