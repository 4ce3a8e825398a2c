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

TEST_SCRIPTS += grader/reference/test-views grader/reference/test-variants

# The suites' test, a program an assignment: each tries some two hundred changes.
SUITE_TESTS := $(ASSIGNMENTS:%=build/test-checks-%)
$(SUITE_TESTS): grader/reference/test-checks
	@mkdir -p $(@D) && ln -sf ../$< $@
LONG_TEST_SCRIPTS += $(SUITE_TESTS)
LONG_TEST_NEEDS += $(SUITE_TESTS)
LONG_TEST_NEEDS += $(CHECK_SHARED) $(call objects,$(wildcard assignment*/tests/check_*.c),double)

# For it: the suites of changed modules, each in a folder of its own, with the other modules as they
# are in MODULES_DIR. One make for all of them, which starts as often as there are assignments.
SUITE_FOLDERS ?=
CHANGED_SUITES := $(SUITE_FOLDERS:%=%/check)
changed_module = $(basename $(notdir $(firstword $(wildcard $(@D)/*.c))))
.PHONY: build-changed-suites
build-changed-suites: $(CHANGED_SUITES)
$(CHANGED_SUITES):
	@$(CC) $(CFLAGS) -O1 -w -DREAL_IS_DOUBLE $(ROOM_$(ROOM)) -c $(@D)/$(changed_module).c \
		-o $(@D)/changed.o
	@$(CC) $(LDFLAGS) $(LINK_NEEDED) $(@D)/changed.o $(filter-out %/$(changed_module).o, \
		$(call check_objects,$(changed_module))) $(B)/double/libcommon.a \
		$(LIBS_check) $(LIBS_common) -o $@_$(changed_module)
