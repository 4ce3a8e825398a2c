# TAP 14: a test a case.
include "text";
def escaped: gsub("\\\\"; "\\\\") | gsub("#"; "\\#") | gsub("\n"; " ");
"TAP version 14", "1..\(.cases | length)",
(.cases | to_entries[] | (.key + 1) as $n | .value |
    "\(if passed or skipped then "ok" else "not ok" end) \($n) - \(.question): \(.title | escaped)" +
        (if skipped then " # SKIP \(.status)" else "" end),
    "  ---",
    "  name: \(.name)",
    "  points: \(.score)",
    "  max_points: \(.max_score)",
    "  message: \(words | tojson)",
    "  ...")
