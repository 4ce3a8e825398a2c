# Writes one C file that is any of a module's variants: the mistakes or the mutants of it.
#
#   awk -v apart=FILE -f merge-variants.awk MODULE.c DIR/NAME/MODULE.c...
#
# A function that differs between variants is there in every form, and is called through a pointer;
# before main the program chooses the forms of variant NAME, the folder that it lies in. So hundreds
# of variants are compiled once, and those of several modules linked into one program. FILE gets the
# paths of those that differ elsewhere: in a type, a constant or in which functions there are.
#
# The sources are laid out by clang-format: what begins in the first column with a small letter, has
# an opening parenthesis but no = and ends in { on a line of its own is a function, until a } in the
# first column.

FNR == 1 { take_file() }
inside == "" && /^[a-z].*[(]/ && !/[=;]/ { begin_function() }
inside != "" {
    body = body $0 "\n"
    if (/^}/) {
        form[file, inside] = body
        inside = ""
    }
    next
}
{ keep_other($0) }
END {
    compare()
    for (i = 1; i <= part_count; i++)
        if (part_is_function[i])
            write_function(part[i])
        else
            printf "%s", part[i]
    write_choice()
}

function take_file()
{
    file = FILENAME
    if (file_count++ == 0)
        base = file
    files[file_count] = file
    inside = ""
    in_comment = 0
}

function begin_function(    name)
{
    name = $0
    sub(/[(].*/, "", name)
    sub(/.*[ *]/, "", name)
    inside = name
    body = ""
    functions[file] = functions[file] " " name
    if (file == base) {
        part[++part_count] = name
        part_is_function[part_count] = 1
    }
}

# What is in no function: of the base as it is, of all without blanks and comments, to be compared.
function keep_other(line)
{
    if (file == base) {
        if (part_count == 0 || part_is_function[part_count])
            part_count++
        part[part_count] = part[part_count] line "\n"
    }
    gsub(/\/\*([^*]|\*+[^*\/])*\*+\//, "", line)
    if (in_comment && line ~ /\*\//) {
        sub(/.*\*\//, "", line)
        in_comment = 0
    }
    if (in_comment)
        return
    if (line ~ /\/\*/) {
        sub(/\/\*.*/, "", line)
        in_comment = 1
    }
    gsub(/[ \t]+/, "", line)
    other[file] = other[file] line
}

function name_of(path,    parts, n)
{
    n = split(path, parts, "/")
    return parts[n - 1]
}

# Finds the forms of each function: form_of[file, function] is 0 where it is as in the base.
function compare(    i, k, n, names, f, text)
{
    n = split(functions[base], names, " ")
    for (i = 2; i <= file_count; i++) {
        f = files[i]
        if (other[f] != other[base] || functions[f] != functions[base] || calls_differ(f, names, n)) {
            print f >apart
            continue
        }
        merged[++merged_count] = f
        for (k = 1; k <= n; k++) {
            text = form[f, names[k]]
            if (text == form[base, names[k]])
                continue
            if (!((names[k], text) in number_of)) {
                number_of[names[k], text] = ++form_count[names[k]]
                forms[names[k], form_count[names[k]]] = text
                first_with[names[k], form_count[names[k]]] = f
            }
            form_of[f, names[k]] = number_of[names[k], text]
        }
    }
}

# Whether a function of the file is to be called otherwise than in the base.
function calls_differ(f, names, n,    k)
{
    for (k = 1; k <= n; k++)
        if (signature_of(form[f, names[k]]) != signature_of(form[base, names[k]]))
            return 1
    return 0
}

# Whether a function calls itself in one of its forms.
function is_recursive(name,    i, text)
{
    for (i = 0; i <= form_count[name]; i++) {
        text = i == 0 ? form[base, name] : forms[name, i]
        if (substr(text, index(text, "\n{")) ~ "[^a-z_0-9]" name "[(]")
            return 1
    }
    return 0
}

function write_form(name, number, text, from,    at)
{
    at = match(text, "[^a-z_0-9]" name "[(]")
    printf "#line 1 \"%s\"\n", from
    printf "%s%s__%d%s", substr(text, 1, at), name, number, substr(text, at + 1 + length(name))
}

# The signature of a function, on one line.
function signature_of(text)
{
    text = substr(text, 1, index(text, "\n{") - 1)
    gsub(/\n */, " ", text)
    return text
}

# The names of the parameters in a signature, as a call hands them over.
function arguments_of(signature,    inner, depth, i, c, one, all)
{
    inner = substr(signature, index(signature, "(") + 1)
    sub(/[)][^)]*$/, "", inner)
    if (inner == "void")
        return ""
    inner = inner ","
    depth = 0
    one = all = ""
    for (i = 1; i <= length(inner); i++) {
        c = substr(inner, i, 1)
        depth += (c == "(" || c == "[") - (c == ")" || c == "]")
        if (c != "," || depth > 0) {
            one = one c
            continue
        }
        if (match(one, /[(][*][a-z_A-Z0-9]+[)]/)) # a pointer to a function
            one = substr(one, RSTART + 2, RLENGTH - 3)
        sub(/\[.*/, "", one)
        sub(/ +$/, "", one)
        sub(/.*[ *]/, "", one)
        all = all (all == "" ? "" : ", ") one
        one = ""
    }
    return all
}

function write_function(name,    text, signature, i)
{
    text = form[base, name]
    if (form_count[name] == 0) {
        printf "#line 1 \"%s\"\n%s", base, text
        return
    }
    signature = signature_of(text)
    if (is_recursive(name))
        print signature ";"
    write_form(name, 0, text, base)
    for (i = 1; i <= form_count[name]; i++)
        write_form(name, i, forms[name, i], first_with[name, i])
    printf "#line 1 \"%s\"\n", base
    printf "static __typeof__(%s__0) *%s__now = %s__0;\n", name, name, name
    printf "%s\n{\n    %s%s__now(%s);\n}\n", signature, \
        signature ~ /^(static |inline )*void [a-z]/ ? "" : "return ", name, arguments_of(signature)
}

function write_choice(    i, k, n, names)
{
    n = split(functions[base], names, " ")
    print "#include <stdlib.h>\n#include <string.h>\n#include <unistd.h>"
    print "__attribute__((constructor)) static void choose_variant__(void)\n{"
    print "    static char path__[4096];"
    print "    if (readlink(\"/proc/self/exe\", path__, sizeof path__ - 1) < 0)\n        abort();"
    print "    *strrchr(path__, '/') = 0;\n    const char *name__ = strrchr(path__, '/') + 1;"
    for (i = 1; i <= merged_count; i++) {
        printf "    if (strcmp(name__, \"%s\") == 0) {\n", name_of(merged[i])
        for (k = 1; k <= n; k++)
            if ((merged[i], names[k]) in form_of)
                printf "        %s__now = %s__%d;\n", names[k], names[k], form_of[merged[i], names[k]]
        print "        return;\n    }"
    }
    print "}"
}
