# The checks of the project's own text. They leave a stamp for each file below build/lint, so that
# only what changed is looked at again.
TRACKED = $(wildcard $(shell git ls-files '*.c' '*.h'))
# Text that a source includes more than once.
FORMATTED = $(TRACKED) $(wildcard $(shell git ls-files '*.inc'))
# Samples and attacks are what students might send: they are graded, not linted.
LINTED = $(filter-out grader/samples/% grader/tests/attacks.c,$(TRACKED))
LINT_STAMPS = $(LINTED:%=build/lint/%.ok)
SCRIPTS = $(wildcard $(shell git grep -lE '^#!/bin/(ba)?sh'))

.PHONY: ci-packages
ci-packages:
	@common/tools/install-packages .ci/packages.txt

.PHONY: format format-check
format: | ci-packages ## clang-format every C file
	@clang-format -i $(FORMATTED)
format-check: | ci-packages ## check that every C file is formatted
	@clang-format --dry-run -Werror $(FORMATTED)

# How far clang-tidy follows the paths through a function, in states. Its own limit, 225000, takes
# twice the time.
LINT_DEPTH := -Xclang -analyzer-config -Xclang max-nodes=60000

# Sources go through clang-tidy; a header must compile alone, with both meanings of real, and may
# hold nothing but macros.
build/lint/%.c.ok: %.c .clang-tidy
	@mkdir -p $(@D)
	$(call say,tidy)clang-tidy --quiet $< -- $(LINT_DEPTH) \
		$(call source_flags,$<) 2>$@.log || \
		{ cat $@.log; exit 1; }
	@gcc $(call source_flags,$<) -MM -MP -MT $@ -MF $(@:.ok=.d) $< && touch $@

build/lint/%.h.ok: %.h
	@mkdir -p $(@D)
	$(call say,alone)gcc $(call source_flags,$<) -Wno-pedantic -Werror -MMD -MP -MT $@ \
		-MF $(@:.ok=.d) -x c -c $< -o $@
	@gcc $(call source_flags,$<) -UREAL_IS_DOUBLE -Wno-pedantic -Werror -fsyntax-only -x c $<

LINTS := lint-files lint-cppcheck lint-scripts lint-text lint-draws lint-comments
.PHONY: lint $(LINTS)
lint: | ci-packages ## clang-tidy, cppcheck, shellcheck, headers alone, comments, file names
	+@$(MAKE) --no-print-directory $(jobs) -k $(LINTS)

lint-files: $(if $(filter lint-files,$(MAKECMDGOALS)),$(LINT_STAMPS))

lint-cppcheck:
	$(call say,whole)cppcheck --quiet --error-exitcode=1 --std=c11 --inline-suppr \
		--enable=warning,performance,portability --library=.ci/cppcheck.cfg \
		--suppress=invalidFunctionArg --suppress=uninitvar -j 2 \
		-DREAL_IS_DOUBLE -DSOLUTION $(addprefix -I ,$(SEES_grader) $(ASSIGNMENTS:%=assignment%)) \
		$(filter %.c,$(LINTED))

lint-scripts:
	$(call say,whole)shellcheck $(SCRIPTS)

lint-text:
	$(call say,whole).ci/lint-text

lint-draws:
	$(call say,whole).ci/lint-draws $(filter %.c,$(LINTED))

PUBLIC_HEADERS = $(foreach h,$(filter %.h,$(LINTED)),$(if $(findstring /tests/,$h),,$h))
lint-comments:
	$(call say,whole).ci/lint-comments $(PUBLIC_HEADERS)

.PHONY: coverage
coverage: | ci-packages ## measure which lines of common and grader the tests run
	@find build -path 'build/coverage/*.gcda' -delete 2>/dev/null || true
	@$(MAKE) --no-print-directory test-all CONFIG=coverage
	@gcovr --root . --filter common/ --filter grader/ --exclude '.*/tests/' \
		--exclude grader/samples/ --exclude-unreachable-branches build/coverage

ifneq ($(filter lint-files,$(MAKECMDGOALS)),)
-include $(wildcard $(LINT_STAMPS:.ok=.d))
endif
