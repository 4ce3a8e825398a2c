# Autolab's last two lines: the stages that it shows, and the scores by problem.
include "text";
({_presentation: "semantic", stages: [.questions[].name]} +
    (. as $r | [.questions[] | .name as $q | {key: $q, value: ([$r.cases[] | select(.question == $q) |
        {key: .title, value: {passed: passed, hint: words}}] | from_entries)}] | from_entries)),
(if .complete then {scores: ([.questions[] | {key: .name, value: .score}] | from_entries)}
    else error("the result is not complete: there are no scores to report") end)
