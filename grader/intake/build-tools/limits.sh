# Sourced by the build tools: how long a compiler or linker may take. A loaded machine costs nobody
# anything: processor time counts, and the clock only stops what hangs.
COMPILE_SECONDS=20
LINK_SECONDS=40

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
