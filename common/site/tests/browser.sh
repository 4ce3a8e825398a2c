#!/bin/bash
# A browser for tests: Chromium by chromedriver, curl and jq. A test sources this, and calls:
#
#   browser_start                                starts it
#   browser_window WIDTH HEIGHT [touch] [dark]   its window is of that size, or a phone's
#   browser_open URL                             opens a page
#   browser_value EXPRESSION                     what a JavaScript expression gives, as JSON
#   browser_wait EXPRESSION                      waits until it is true, a minute at most
#   browser_actions JSON                         mouse, touch and keys, as WebDriver has them
#   browser_picture FILE                         what is seen, as PNG
#   browser_console                              what the console got since the last call
#   browser_stop
browser_folder=$(mktemp -d)
browser_session=
browser_driver=
trap 'browser_stop; [[ -z $browser_driver ]] || kill "$browser_driver"; rm -rf "$browser_folder"' EXIT

# webdriver METHOD PATH [JSON]: a request to the driver; prints the answer's value.
webdriver()
{
    local answer=$browser_folder/answer
    printf '%s' "${3:-}" >"$browser_folder/request"
    curl -sS -X "$1" -H 'Content-Type: application/json' ${3:+--data-binary @"$browser_folder/request"} \
        -o "$answer" "http://127.0.0.1:$browser_port/$2" || return 1
    if jq -e '.value | type == "object" and has("error")' "$answer" >/dev/null; then
        jq -r '.value | "The browser says: \(.error): \(.message)"' "$answer" | head -n 2 >&2
        return 1
    fi
    jq -c .value "$answer"
}

browser_start_driver()
{
    : >"$browser_folder/driver"
    chromedriver --port=0 >"$browser_folder/driver" 2>&1 &
    browser_driver=$!
    local tries
    for tries in {1..1200}; do
        browser_port=$(sed -n 's/.*started successfully on port \([0-9]*\).*/\1/p' "$browser_folder/driver")
        [[ -z $browser_port ]] || return 0
        sleep 0.05
    done
    echo "chromedriver did not start within $((tries / 20)) s" >&2
    return 1
}

browser_start()
{
    browser_start_driver || return 1
    browser_session=$(webdriver POST session '{"capabilities": {"alwaysMatch": {
        "goog:loggingPrefs": {"browser": "ALL", "performance": "ALL"},
        "goog:chromeOptions": {"args": ["--headless", "--no-sandbox", "--disable-gpu",
            "--no-first-run", "--disable-background-networking", "--disable-component-update",
            "--disable-sync", "--hide-scrollbars"]}}}}' | jq -r .sessionId)
    [[ -n $browser_session && $browser_session != null ]]
}

# emulate COMMAND JSON: a command of Chromium's own protocol.
emulate()
{
    webdriver POST "session/$browser_session/goog/cdp/execute" \
        "{\"cmd\": \"Emulation.$1\", \"params\": $2}" >/dev/null
}
browser_window()
{
    local touch=false scheme=light
    [[ " $* " == *' touch '* ]] && touch=true
    [[ " $* " == *' dark '* ]] && scheme=dark
    emulate setDeviceMetricsOverride \
        "{\"width\": $1, \"height\": $2, \"deviceScaleFactor\": 1, \"mobile\": $touch}" &&
        emulate setTouchEmulationEnabled "{\"enabled\": $touch}" &&
        emulate setEmulatedMedia '{"features": [{"name": "prefers-color-scheme", "value": "'$scheme'"}]}'
}

browser_stop()
{
    [[ -z $browser_session ]] || webdriver DELETE "session/$browser_session" >/dev/null
    browser_session=
}

browser_open() { webdriver POST "session/$browser_session/url" "$(jq -n --arg url "$1" '{$url}')" >/dev/null; }
browser_value()
{
    webdriver POST "session/$browser_session/execute/sync" \
        "$(jq -n --arg script "return $1" '{$script, args: []}')"
}
browser_wait()
{
    local end=$((SECONDS + 60))
    while [[ $SECONDS -lt $end ]]; do
        [[ $(browser_value "Boolean($1)") == true ]] && return 0
        sleep 0.05
    done
    echo "after a minute this is not so: $1" >&2
    return 1
}
browser_actions()
{
    webdriver POST "session/$browser_session/actions" "{\"actions\": $1}" >/dev/null
}
browser_picture()
{
    webdriver GET "session/$browser_session/screenshot" | jq -r . | base64 -d >"$1"
}
browser_console()
{
    webdriver POST "session/$browser_session/se/log" '{"type": "browser"}' | jq -r '.[].message'
}
