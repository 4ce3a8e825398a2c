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

# For it: the suites of changed modules, each CHANGED_IN/NAME/check_MODULE, with the other modules
# as they are in MODULES_DIR. All changes of a module are compiled and linked once.
CHANGED_IN ?=
CHANGED_MODULES = $(sort $(notdir $(basename $(wildcard $(CHANGED_IN)/*/*.c))))
.PHONY: build-changed-suites $(MODULES:%=changed-suite-%)
build-changed-suites: $(CHANGED_MODULES:%=changed-suite-%)
$(MODULES:%=changed-suite-%): changed-suite-%:
	@PROGRAM=check_$* grader/reference/build-variants $(MODULES_DIR)/$*.c $(CHANGED_IN) yes \
		'$(VARIANT_FLAGS)' $(changed_suite_objects) $(LIBS_common)
	@$(CC) $(LDFLAGS) $(LINK_NEEDED) $(CHANGED_IN)/.$*/module.o $(changed_suite_objects) \
		$(LIBS_common) -o $(CHANGED_IN)/.$*/suite
	@while read -r name; do ln -f $(CHANGED_IN)/.$*/suite $(CHANGED_IN)/$$name/check_$*; done \
		<$(CHANGED_IN)/.$*/variants
changed_suite_objects = $(filter-out %/$*.o,$(call check_objects,$*)) $(B)/double/libcommon.a \
	$(LIBS_check)
