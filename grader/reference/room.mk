# The masters, grader/reference/assignmentN/NAME.c: one source for the stub and the solution.
VIEWS := grader/reference/views
MASTERS = grader/reference/assignment$(ASSIGNMENT)

.PHONY: stubs stubs-check reference
stubs: ## write the stubs from their masters, but not over an edited one (FORCE=1)
	@FORCE=$(FORCE) $(VIEWS) stubs assignment$(ASSIGNMENT) $(MASTERS) $(A$(ASSIGNMENT)_MODULES)

stubs-check: ## whether the committed stubs are what their masters give
	@$(VIEWS) check assignment$(ASSIGNMENT) $(MASTERS) $(A$(ASSIGNMENT)_MODULES)

reference: ## write the reference solution to OUT=DIR, which can be graded with SUBMISSION=DIR
	@$(VIEWS) reference $(or $(OUT),build/reference/assignment$(ASSIGNMENT)) $(MASTERS) \
		$(A$(ASSIGNMENT)_MODULES)
	@echo 'the reference solution is in $(or $(OUT),build/reference/assignment$(ASSIGNMENT))'

TEST_SCRIPTS += grader/reference/test-views grader/reference/test-checks
TEST_NEEDS += $(CHECK_SHARED) $(call objects,$(wildcard assignment1/tests/check_*.c),double)
