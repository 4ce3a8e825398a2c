# Writes C from an assignment's operations, so that each is declared once.
#
#   awk -v assignment=2 -v headers="layers.h optim.h" -v declarations=declarations.c -v out=FOLDER \
#       -f adapters.awk operations.txt operations.txt
#
# (with -v only=" NAME NAME ", of these operations only)
#
# writes declarations.c, what the grader knows of them, and into FOLDER: adapters.c, with which a
# worker calls the student's functions; remote_MODULE.c for each module that another one is built
# from, its functions as remote calls. operations.txt, which is read twice, reads so:
#
#   let NET = W1[D,H] b1[H]                  a name for words that occur often; in capitals
#   module layers                            the operations that follow are this module's
#   relu_backward 1e-12 1e-6                 an operation; tolerance in double and in float
#       x[N,*] dout=x -> dx=x                its signature, as declaration.h has it
#       = relu_backward(dout, x, dx)         the call, where it is not NAME(arguments in their order)
#   composite two_layer_net of layers        the first is built from the second
#   no remote batchnorm_forward              of which no remote call is made: it has none, or one that
#                                            is written by hand, in remote_MODULE_by_hand.c
#
# Marks that only the adapters read: name:size, name:flag, name:label and name:stream say what a
# number is in C (without one it is a real; a stream is a random_state, seeded with it);
# name[D]<other is an output that begins as a copy of the input other. name{N} are labels, name{N,T}
# captions. The first output that is a number is what the function returns.
#
# A call may be any C expression. A remote call can be made of one whose arguments are names, or
# structs whose fields are names: `(conv_shape){.stride = stride, .pad = pad}`, with & for a pointer.
# What takes several lines is a function of calls.inc, which may lie beside the operations, and may
# ask for arguments itself (operation.h).

function fail(text)
{
    printf "%s:%d: %s\n", FILENAME, FNR, text >"/dev/stderr"
    failed = 1
    exit 1
}

# text with the names that let has given replaced.
function expand(text,    before, word)
{
    before = ""
    while (match(text, /[A-Z][A-Z_0-9]+/)) {
        word = substr(text, RSTART, RLENGTH)
        before = before substr(text, 1, RSTART - 1)
        text = substr(text, RSTART + RLENGTH)
        if (word in lets && before !~ /[a-z_]$/)
            text = lets[word] text
        else
            before = before word
    }
    return before text
}

# The C name at the beginning of text.
function name_of(text)
{
    match(text, /^[A-Za-z_][A-Za-z_0-9]*/)
    return substr(text, 1, RLENGTH)
}

# Takes the signature apart: names[1..count], and of each its kind, mark, source; is_output.
function take_apart(signature,    words, many, i, word, output, name)
{
    count = 0
    returned = ""
    output = 0
    many = split(signature, words, " ")
    for (i = 1; i <= many; i++) {
        word = words[i]
        if (word == "->") {
            output = 1
            continue
        }
        name = name_of(word)
        if (name == "")
            fail("what is '" word "' in the signature of " operation "?")
        names[++count] = name
        is_output[name] = output
        source[name] = word ~ /</ ? substr(word, index(word, "<") + 1) : ""
        mark[name] = word ~ /:/ ? substr(word, index(word, ":") + 1) : ""
        if (mark[name] !~ /^(size|flag|label|stream)?$/)
            fail("'" mark[name] "' is no kind of number; there are size, flag, label and stream")
        kind[name] = word ~ /[\[=]/ ? "tensor" : word ~ /\{.*,/ ? "captions" : word ~ /\{/ ? "labels" : "number"
        if (kind[name] == "number" && output && returned == "")
            returned = name
    }
}

# The signature without what only the adapters read.
function plain(signature)
{
    gsub(/:[a-z]+/, "", signature)
    gsub(/<[A-Za-z_0-9]+/, "", signature)
    return signature
}

function c_type(name)
{
    if (kind[name] != "number")
        return kind[name] " *"
    if (mark[name] == "")
        return "real "
    return mark[name] == "size" ? "size_t " : mark[name] == "flag" ? "bool " : mark[name] == "label" ? "uint32_t " : "random_state "
}

# What a variable of the adapter begins with.
function value(name)
{
    if (source[name] != "")
        return "out_tensor_from(\"" name "\", \"" source[name] "\")"
    if (kind[name] != "number")
        return (is_output[name] ? "out_" : "in_") kind[name] "(\"" name "\")"
    if (mark[name] == "flag")
        return "in_number(\"" name "\") != 0"
    if (mark[name] == "size" || mark[name] == "label")
        return (mark[name] == "label" ? "(uint32_t)" : "") "in_size(\"" name "\")"
    return mark[name] == "stream" ? "in_random(\"" name "\")" : "(real)in_number(\"" name "\")"
}

# Whether the call uses the variable called name: a word that is no field.
function uses(call, name,    place, before, after)
{
    while ((place = index(call, name)) > 0) {
        before = substr(" " call, place, 1)
        after = substr(call, place + length(name), 1)
        if (before !~ /[A-Za-z_0-9."]/ && after !~ /[A-Za-z_0-9("]/)
            return 1
        call = substr(call, place + length(name))
    }
    return 0
}

function usual_call(    i, text)
{
    text = ""
    for (i = 1; i <= count; i++)
        if (names[i] != returned)
            text = text (text == "" ? "" : ", ") (mark[names[i]] == "stream" ? "&" : "") names[i]
    return operation "(" text ")"
}

function write_adapter(call,    i, name)
{
    printf "\nOPERATION(%s)\n{\n", operation >adapters
    for (i = 1; i <= count; i++) {
        name = names[i]
        if (name != returned && uses(call, name))
            printf "    %s%s = %s;\n", c_type(name), name, value(name) >adapters
    }
    if (returned != "" && call ~ /^[a-z_0-9]+\(./ && !(uses(call, returned)))
        printf "    out_number(\"%s\", (double)%s);\n}\n", returned, call >adapters
    else
        printf "    %s;\n}\n", call >adapters
}

# The arguments of the call, split at the commas that stand in no bracket: parts[1..], their number.
function split_call(call, parts,    i, depth, letter, many)
{
    many = 1
    parts[1] = ""
    depth = 0
    sub(/^[a-z_0-9]+\(/, "", call)
    sub(/\)$/, "", call)
    for (i = 1; i <= length(call); i++) {
        letter = substr(call, i, 1)
        depth += letter ~ /[({]/ ? 1 : letter ~ /[)}]/ ? -1 : 0
        if (letter == "," && depth == 0)
            parts[++many] = ""
        else if (letter != " " || parts[many] != "")
            parts[many] = parts[many] letter
    }
    return many
}

# Declares the parameter that argument, the number i of the call, stands for, and notes in access
# how its names are reached in the function.
function parameter(argument, i,    pointer, type, fields, many, k, field, name, only_inputs, variable)
{
    if (argument in kind) {
        access[argument] = argument
        if (kind[argument] == "number")
            return c_type(argument) argument
        return (is_output[argument] ? "" : "const ") c_type(argument) argument
    }
    if (argument !~ /^&?\([a-z_]+\)\{.*\}$/)
        return ""
    pointer = argument ~ /^&/
    type = argument
    sub(/^&?\(/, "", type)
    sub(/\).*/, "", type)
    sub(/^[^{]*\{/, "", argument)
    sub(/\}$/, "", argument)
    many = split(argument, fields, /, */)
    only_inputs = 1
    variable = type
    sub(/.*_/, "", variable) # a batchnorm_cache is called cache
    if (variable in access)
        variable = variable i
    access[variable] = variable
    for (k = 1; k <= many; k++) {
        field = fields[k]
        sub(/^\./, "", field)
        name = field
        sub(/^[^=]*= */, "", name)
        sub(/ *=.*/, "", field)
        if (!(name in kind))
            return ""
        only_inputs = only_inputs && !is_output[name]
        access[name] = variable (pointer ? "->" : ".") field
        if (source[name] != "")
            access[source[name]] = access[name]
    }
    return pointer ? (only_inputs ? "const " : "") type " *" variable : type " " variable
}

function write_remote(call,    file, parts, many, i, name, text)
{
    for (i in access)
        delete access[i]
    many = split_call(call, parts)
    text = ""
    for (i = 1; i <= many; i++) {
        name = parameter(parts[i], i)
        if (name == "")
            fail("no remote call can be made of '" parts[i] "' in the call of " operation)
        text = text (i > 1 ? ", " : "") name
    }
    file = remote_file(module)
    printf "\n%s %s(%s)\n{\n    remote_begin(\"%s\");\n", returned == "" ? "void" : "real", name_of(call), text, operation >file
    for (i = 1; i <= count; i++) {
        name = names[i]
        if (name == returned)
            printf "    remote_out_number(\"%s\");\n", name >file
        else if (!(name in access))
            fail("the call of " operation " does not use " name)
        else
            printf "    remote_%s%s(\"%s\", %s);\n", is_output[name] ? "out" : "in", kind[name] == "tensor" ? "" : "_" kind[name], name, access[name] >file
    }
    printf returned == "" ? "    remote_end();\n}\n" : "    return remote_end();\n}\n" >file
}

function remote_file(part)
{
    return out "/remote_" part ".c"
}

# What was read of the operation is complete: writes its C.
function finish(    call)
{
    if (only != "" && !index(only, " " operation " "))
        operation = ""
    if (operation == "")
        return
    if (signature == "")
        fail("the operation " operation " has no signature")
    for (call in kind) {
        delete kind[call]
        delete is_output[call]
    }
    take_apart(expand(signature))
    call = written_call == "" ? usual_call() : expand(written_call)
    printf "    DECLARE(\"%s\", \"%s\", \"%s\", %s, %s),\n", module, operation, plain(expand(signature)), in_double, in_float >declarations
    write_adapter(call)
    if (module in is_part && !(operation in no_remote))
        write_remote(call)
    operation = ""
}

function begin_file(file, text)
{
    printf "/* %s. Made by adapters.awk from %s. */\n", text, FILENAME >file
}

# The file is read twice: first for what is built from what.
FNR == NR {
    if ($1 == "composite" && NF == 4) {
        is_part[$4] = 1
        composites[++composite_count] = "    {\"" $2 "\", \"" $4 "\"},\n"
    }
    if ($1 == "no" && $2 == "remote")
        for (i = 3; i <= NF; i++)
            no_remote[$i] = 1
    next
}

FNR == 1 {
    adapters = out "/adapters.c"
    begin_file(declarations, "The operations of assignment " assignment " as the grader knows them")
    printf "#include \"assignment.h\"\n\nconst unsigned assignment_number = %s;\n\n", assignment >declarations
    printf "declaration assignment_declarations[] = {\n" >declarations
    begin_file(adapters, "How a worker calls the functions of assignment " assignment)
    many_headers = split(headers, header, " ")
    for (i = 1; i <= many_headers; i++)
        printf "#include \"%s\"\n", header[i] >adapters
    printf "#include \"operation.h\"\n" >adapters
    printf "#if __has_include(\"calls.inc\")\n#include \"calls.inc\"\n#endif\n" >adapters
    for (part in is_part) {
        begin_file(remote_file(part), "The functions of " part " as remote calls")
        printf "#include \"%s.h\"\n#include \"remote.h\"\n", part >remote_file(part)
    }
}

/^[ \t]*(#|$)/ { next }
/^[ \t]+=/ {
    sub(/^[ \t]*= */, "")
    written_call = $0
    next
}
/^[ \t]/ {
    sub(/^[ \t]+/, "")
    if (written_call != "")
        written_call = written_call " " $0
    else
        signature = signature (signature == "" ? "" : " ") $0
    next
}
{ finish() }
$1 == "let" && $3 == "=" {
    text = $0
    sub(/^let +[^ ]+ += */, "", text)
    lets[$2] = expand(text)
    next
}
$1 == "module" && NF == 2 {
    module = $2
    next
}
$1 == "composite" && NF == 4 && $3 == "of" { next }
$1 == "no" && $2 == "remote" { next }
/^[a-z][a-z_0-9]* [0-9][^ ]* [0-9][^ ]*$/ {
    if (module == "")
        fail("the operation " $1 " stands before any module")
    operation = $1
    in_double = $2
    in_float = $3
    signature = written_call = ""
    next
}
{ fail("not understood: " $0) }

END {
    if (failed)
        exit 1
    finish()
    printf "    {0},\n};\n\nconst composite assignment_composites[] = {\n" >declarations
    for (i = 1; i <= composite_count; i++)
        printf "%s", composites[i] >declarations
    printf "    {0}};\n" >declarations
}
