# watched.awk: writes the watched functions of a module's header (check_watch.h says what they are).
#
#   awk -v module=layers -f watched.awk layers.h OTHER.h...
#
# The other headers are those of its room: they may define structs that the module's functions take.

# Adds a file's text without comments and directives to its declarations.
FNR == 1 { inside_comment = 0 }
{
    line = $0
    while (1) {
        if (inside_comment) {
            if (!match(line, /\*\//)) { line = ""; break }
            line = substr(line, RSTART + 2)
            inside_comment = 0
        }
        if (!match(line, /\/\*/)) break
        before = substr(line, 1, RSTART - 1)
        line = substr(line, RSTART + 2)
        if (match(line, /\*\//)) { line = before " " substr(line, RSTART + 2); continue }
        line = before
        inside_comment = 1
        break
    }
    if (line !~ /^ *#/) text[FILENAME] = text[FILENAME] " " line
    if (FNR == 1 && NR == 1) own = FILENAME
}

# Remembers which fields of a struct are tensors and labels: "tensor W1;labels y;".
function read_struct(declaration,    name, body, field, count, each, i, k, kind, names)
{
    name = declaration
    sub(/.*[}] */, "", name)
    body = declaration
    sub(/^[^{]*[{]/, "", body)
    sub(/[}][^}]*$/, "", body)
    count = split(body, each, ";")
    for (i = 1; i <= count; i++) {
        field = each[i]
        gsub(/^ +| +$/, "", field)
        if (field !~ /^(const )?(tensor|labels) \*[A-Za-z0-9_]+(, \*[A-Za-z0-9_]+)*$/) continue
        kind = field ~ /labels \*/ ? "labels" : "tensor"
        sub(/^[^*]*/, "", field)
        gsub(/[ *]/, "", field)
        for (k = split(field, names, ","); k > 0; k--)
            fields[name] = fields[name] kind " " names[k] ";"
    }
}

# The lines that watch one parameter. A const struct called gradients is written through.
function watch(parameter,    name, type, count, each, part, i, lines)
{
    name = parameter
    sub(/.*[ *]/, "", name)
    type = substr(parameter, 1, length(parameter) - length(name))
    if (type ~ /^const (tensor|labels|captions) \*$/) {
        split(type, part, " ")
        return "    watch_" part[2] "(\"" name "\", " name ");\n"
    }
    if (type !~ /^const [a-z_0-9]+ \*$/ || name == "gradients") return ""
    split(type, part, " ")
    count = split(fields[part[2]], each, ";")
    for (i = 1; i < count; i++) {
        split(each[i], part, " ")
        lines = lines "    watch_" part[1] "(\"" name "->" part[2] "\", " name " != NULL ? " name \
            "->" part[2] " : NULL);\n"
    }
    return lines
}

# Writes the watched function of a prototype, if there is something to watch.
function read_prototype(declaration,    head, name, returned, arguments, list, count, each, i, lines, out)
{
    sub(/ *__attribute__.*/, "", declaration)
    head = declaration
    sub(/\(.*/, "", head)
    name = head
    sub(/.*[ *]/, "", name)
    returned = substr(head, 1, length(head) - length(name))
    list = substr(declaration, length(head) + 2)
    sub(/\) *$/, "", list)
    if (list ~ /\(/) return
    count = split(list, each, ",")
    for (i = 1; i <= count; i++) {
        gsub(/^ +| +$/, "", each[i])
        lines = lines watch(each[i])
        out = each[i]
        sub(/.*[ *]/, "", out)
        arguments = arguments (i > 1 ? ", " : "") out
        if (each[i] ~ /^tensor \*/) written = written "    watch_written(begin, " out ");\n"
    }
    if (lines != "") {
        printf "static inline %swatched_%s(%s)\n{\n", returned, name, list
        printf "    const size_t begin = watch_begin();\n%s%s    ", lines, written
        if (returned != "void ") printf "%sresult = ", returned
        printf "%s(%s);\n    watch_end(begin, \"%s\");\n", name, arguments, name
        printf "%s}\n\n", returned == "void " ? "" : "    return result;\n"
        names[++name_count] = name
    }
    written = ""
}

# Calls read_struct or read_prototype for each declaration in a text.
function read(all, prototypes,    i, c, depth, start, declaration)
{
    gsub(/[ \t]+/, " ", all)
    start = 1
    for (i = 1; i <= length(all); i++) {
        c = substr(all, i, 1)
        if (c == "{") depth++
        if (c == "}") depth--
        if (c != ";" || depth > 0) continue
        declaration = substr(all, start, i - start)
        start = i + 1
        sub(/^ +/, "", declaration)
        if (declaration ~ /^typedef struct .*[{]/) { if (!prototypes) read_struct(declaration) }
        else if (prototypes && declaration ~ /^[a-z][a-z_0-9 ]*[ *][a-z_0-9]+\(/ && \
            declaration !~ /^(typedef|extern|static) /) read_prototype(declaration)
    }
}

END {
    print "/* Written by watched.awk from " own ": see check_watch.h. */"
    print "#include \"check_watch.h\"\n#include \"" module ".h\"\n"
    for (file in text) read(text[file], 0)
    read(text[own], 1)
    for (i = 1; i <= name_count; i++) print "#define " names[i] " watched_" names[i]
}
