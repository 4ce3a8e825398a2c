# What an audience gets to see of a result. $detail is detail.json: for each audience, and for public
# and hidden cases (or a case by its name), one of
#   full     everything
#   actual   what came out and where, not what should have, nor the inputs' sizes; nor what the
#            program printed in a hidden case, which may be the inputs
#   verdict  status, points, and the mistake by name
#   nothing  only its points, in the sums
def without_expected: gsub(", should be [^;]*"; "");
def shown($level):
    if $level == "full" then .
    elif $level == "actual" then
        .message |= without_expected | .called_with = "" |
        (if .visibility == "hidden" then .printed = "" else . end) |
        .output |= (if . == null then null else .expected = null | .largest_error = null end)
    elif $level == "verdict" then
        .message = "" | .called_with = "" | .operation = "" | .output = null | .printed = "" |
        .pattern = null | .certainty = null
    else empty end;
$detail[0][$audience] as $levels |
if $levels == null then error("there is no audience \($audience); there are \($detail[0] | keys | join(", "))")
else .audience = $audience | .cases |= [.[] | . as $c | shown($levels[$c.name] // $levels[$c.visibility])]
end
