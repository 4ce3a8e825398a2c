# Gradescope's results.json. A result that is not complete has no score: nobody pays for our fault.
include "text";
. as $r | $r.questions as $questions |
(if $r.complete then {score: $r.score} else {} end) + {
    execution_time: $r.timings.seconds,
    output: (if $r.complete then "\($r.title): \($r.score) of \($r.max_score) points, seed \($r.seed)\($r | modules_said)"
        else "This grading is not complete because of a problem on our side. It is not a score; ask the course staff." end),
    output_format: "text",
    visibility: "visible",
    stdout_visibility: "hidden",
    extra_data: {submission_sha256: $r.submission.sha256, course_sha256: $r.environment.course_sha256,
        seed: $r.seed, sandbox: $r.environment.sandbox},
    tests: [$r | placed[] | {
        name: .title, number: number($questions), score: .score, max_score: .max_score,
        status: (if passed then "passed" else "failed" end),
        output: (if passed and .blame == null then "" else "\(.status)\n\(words)" end),
        output_format: "text", visibility: "visible", tags: [.question, .variant],
        extra_data: {case: .name, mistake: .mistake}}]}
