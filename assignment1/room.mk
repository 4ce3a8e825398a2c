# assignment1: image classification, kNN to a two-layer net.
A1_MODULES := knn linear_svm softmax linear_classifier regularization layers two_layer_net \
	features optimization

# The check suites: a program a module, so that one that does not compile stops no other.
#
#   Q=knn             only this module's; svm is linear_svm
#   MODULES_DIR=DIR   with the modules of that folder instead of the room's
#   TEST=test_name    what to debug
MODULES_DIR ?= assignment1
CHECKS := $(B)/checks/$(subst /,_,$(MODULES_DIR))
CHECKED := $(or $(patsubst svm,linear_svm,$(Q)),$(A1_MODULES))
CHECK_PROGRAMS := $(CHECKED:%=$(CHECKS)/check_%)
CHECK_SHARED := $(call objects,$(addprefix assignment1/tests/check_,runner.c support.c),double)
FLAGS_debug := -O0 -g3

$(CHECKS)/%.o: $(MODULES_DIR)/%.c
	@mkdir -p $(@D)
	$(call say,cc  )$(CC) $(CFLAGS) -DREAL_IS_DOUBLE $(ROOM_assignment1) -c $< -o $@

$(CHECKS)/check_%: $(B)/double/assignment1/tests/check_%.o $(CHECKS)/%.o $(CHECK_SHARED) \
		$(B)/double/libcommon.a
	$(call say,ld  )$(CC) $(LDFLAGS) -Wl,--as-needed $(filter %.o,$^) $(filter %.a,$^) \
		$(LIBS_check) $(LIBS_common) -o $@

$(CHECKS)/check_linear_svm $(CHECKS)/check_softmax: \
	$(call objects,assignment1/tests/linear_checks.c,double)
$(CHECKS)/check_two_layer_net: $(CHECKS)/layers.o \
	$(call objects,assignment1/two_layer_net_model.c,double)

.PHONY: check check-asan debug todo handin
check: ## check what you have begun: Q=knn for one module
	$(if $(filter-out $(A1_MODULES),$(CHECKED)),$(error Q=$(Q): there is $(A1_MODULES)))
	+@$(MAKE) --no-print-directory PACKAGES=skip -s -k $(jobs) $(CHECK_PROGRAMS) || \
		for p in $(CHECK_PROGRAMS); do $(MAKE) -q PACKAGES=skip $$p &>/dev/null || rm -f $$p; done
	@assignment1/tests/run-checks $(CHECK_PROGRAMS)

check-asan: ## the same with sanitizers, which find what is read or written out of bounds, and leaks
	+@$(MAKE) --no-print-directory check CONFIG=asan

debug: ## step through one test in gdb: TEST=test_name
	@MAKE='$(MAKE)' assignment1/tests/debug-test '$(TEST)' '$(MODULES_DIR)'

todo: ## what is left to write, by file and line
	@grep -n 'NOT_IMPLEMENTED(' $(A1_MODULES:%=assignment1/%.c) || echo 'Nothing is left to write.'

handin: ## pack what the instructor grades, if all of it is there and compiles: OUT=FILE
	@common/tools/hand-in assignment1 '$(or $(OUT),handin/assignment1.tar.gz)' \
		'$(ROOM_assignment1)' $(A1_MODULES)

include assignment1/experiments/experiments.mk
