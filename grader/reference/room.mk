# The masters, grader/reference/assignmentN/NAME.c: one source for the stub and the solution.
VIEWS := grader/reference/views
MASTERS := grader/reference/$(ROOM)

.PHONY: stubs stubs-check reference
stubs: ## write the stubs from their masters, but not over an edited one (FORCE=1)
	@FORCE=$(FORCE) $(VIEWS) stubs $(ROOM) $(MASTERS) $(MODULES)

stubs-check: ## check that the committed stubs match their masters
	@$(foreach n,$(ASSIGNMENTS),$(VIEWS) check assignment$n grader/reference/assignment$n \
		$(A$n_MODULES) && )true

reference: ## write the reference solution to OUT=DIR, which can be graded with SUBMISSION=DIR
	@out=$${OUT:-build/reference/$(ROOM)} && $(VIEWS) reference "$$out" $(MASTERS) $(MODULES) && \
		echo "the reference solution is in $$out"

TEST_SCRIPTS += grader/reference/test-views

# The suites' test, a program an assignment: each tries some two hundred changes.
SUITE_TESTS := $(ASSIGNMENTS:%=build/test-checks-%)
$(SUITE_TESTS): grader/reference/test-checks
	@mkdir -p $(@D) && ln -sf ../$< $@
LONG_TEST_SCRIPTS += $(SUITE_TESTS)
LONG_TEST_NEEDS += $(SUITE_TESTS)
LONG_TEST_NEEDS += $(CHECK_SHARED) $(call objects,$(wildcard assignment*/tests/check_*.c),double)
