# What the formats say of a case in words, and how they count.
def passed: .status == "passed";
def skipped: .status == "skipped" or .status == "not implemented" or .status == "not graded";
def words:
    [.message, .mistake_text // .pattern, (if .blame then "The fault is in \(.blame).c." else null end)] |
    map(select(. != null and . != "")) | join("\n");
def reason: if .message == "" then .status else "\(.status): \(.message)" end;
def number($questions): . as $c |
    ($questions | map(.name) | index($c.question) + 1) as $q | "\($q).\($c.place)";
def placed: [.cases[]] | group_by(.question) |
    map(to_entries | map(.value + {place: (.key + 1)})) | add // [];
# What is to be said of the modules: those that were not handed in, and those that do not build.
def modules_said: [.modules[] |
    if .handed_in | not then "\(.note); its functions count as not implemented."
    elif .builds | not then "\(.name).c does not build; its stub was graded in its place. The compiler says:\n\(.compiler)"
    elif .note != "" then .note else empty end] | map("\n" + .) | join("");
