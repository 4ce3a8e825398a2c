# Prints the targets of makefiles, `target: prerequisites ## sentence`, those named in order first.
/^[a-z0-9-]+:.*## / { text[$1] = $2; seen[++count] = $1 }
function show(target)
{
    if (target in text) printf "  %-14s %s\n", target, text[target]
    delete text[target]
}
END {
    wanted = split(order, first, " ")
    for (i = 1; i <= wanted; i++) show(first[i])
    for (i = 1; i <= count; i++) show(seen[i])
}
