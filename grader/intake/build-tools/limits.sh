# Sourced by the build tools: how long a compiler or linker may take, and how they link. A loaded
# machine costs nobody anything: processor time counts, and the clock only stops what hangs.
COMPILE_SECONDS=20
LINK_SECONDS=40

# A worker with sanitizers is linked by gold, if binutils has it: most of the work is reading the symbols
# of shared libraries, which takes gold a third of the processor time.
SANITIZED_LINK='-fsanitize=address,undefined'
! command -v ld.gold >/dev/null || SANITIZED_LINK="$SANITIZED_LINK -fuse-ld=gold"

# limited SECONDS COMMAND...: runs it with at most so many seconds of processor time
limited()
{
    seconds=$1
    shift
    (ulimit -t "$seconds" && exec timeout $((20 * seconds)) "$@" </dev/null)
}

# was_stopped STATUS LOG: whether a program was stopped by the limit, as its driver puts it
was_stopped()
{
    [ "$1" -ge 124 ] || grep -q 'signal terminated program' "$2"
}
