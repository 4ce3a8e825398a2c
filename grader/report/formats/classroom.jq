# GitHub Classroom's runner result.
include "text";
{version: 1,
 status: (if .complete | not then "error" elif .score == .max_score then "pass" else "fail" end),
 max_score: .max_score,
 tests: [.timings.cases as $times | .cases[] | {
    name: .title,
    status: (if passed then "pass" elif .status == "not graded" then "error" else "fail" end),
    message: words, line_no: 0, execution_time: "\($times[.name].seconds // 0)s",
    score: .score, test_code: .name}]}
