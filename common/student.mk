# What every assignment's room can do for its student: check, debug, run, todo, handin. Room N says
# what it holds, in assignmentN/room.mk:
#
#   AN_MODULES       what the student writes, in that order: assignmentN/NAME.c
#   AN_Q1 ... AN_Q9  those of them that belong to a question
#   AN_GIVEN         other sources of the room that come with it
#   AN_DEMOS         module=demo: what make play shows of it, common/site/DEMO.md
#   AN_EXPERIMENTS   assignmentN/experiments/experiment_NAME.c
#   AN_ALIASES       other=NAME: what Q also takes
#   AN_WORKER_PARTS  those of them that a submission is graded with
#   AN_CHECK_NEEDS_NAME     other modules that NAME's check suite is linked with
#   AN_CHECK_PARTS_NAME     given sources likewise
#   AN_EXPERIMENT_PARTS     sources in experiments/ that experiments share
#   AN_DATA_NAME            the data of experiment NAME, unless DATA= says which: fashion-mnist
#   AN_WITHOUT_NAME         beginnings of given functions' names that NAME is not to call
#
# Its modules' own headers and tests lie in the room; a suite is assignmentN/tests/check_NAME.c.
ROOM := assignment$(ASSIGNMENT)
MODULES := $(A$(ASSIGNMENT)_MODULES)
question_of = $(strip $(foreach q,1 2 3 4 5 6 7 8 9,$(if $(filter $1,$(A$(ASSIGNMENT)_Q$q)),Q$q)))
IN_ORDER := $(foreach m,$(MODULES),$(call question_of,$m):$m)
GIVEN := $(A$(ASSIGNMENT)_GIVEN)

# The check suites: a program a module, so that one that does not compile stops no other.
#
#   Q=knn             only this module's
#   MODULES_DIR=DIR   with the modules of that folder instead of the room's
#   TEST=test_name    what to debug
MODULES_DIR ?= $(ROOM)
CHECKS := $(B)/checks/$(ROOM)/$(subst /,_,$(MODULES_DIR))
WANTED := $(or $(patsubst $(Q)=%,%,$(filter $(Q)=%,$(A$(ASSIGNMENT)_ALIASES))),$(Q))
CHECKED := $(or $(WANTED),$(MODULES))
MISSING := $(foreach m,$(MODULES),$(if $(wildcard $(MODULES_DIR)/$m.c),,$m))
check_needs = $1 $(A$(ASSIGNMENT)_CHECK_NEEDS_$1)
missing_for = $(firstword $(filter $(MISSING),$(call check_needs,$1)))
NEEDED := $(sort $(foreach m,$(CHECKED),$(call check_needs,$m)))
CHECK_PROGRAMS := $(foreach m,$(NEEDED),$(if $(call missing_for,$m),,$(CHECKS)/check_$m))
CHECK_SHARED := $(call objects,$(addprefix common/checks/check_,runner.c support.c watch.c),double)

# A suite is compiled with functions that see whether those of its module change their inputs.
define watched_suites
$(A$1_MODULES:%=$(B)/watched/assignment$1/%_watched.h): \
		$(B)/watched/assignment$1/%_watched.h: assignment$1/%.h common/checks/watched.awk \
		$(wildcard assignment$1/*.h)
	@mkdir -p $$(@D)
	@awk -v module=$$* -f common/checks/watched.awk $$< $$(filter-out $$<,$$(filter %.h,$$^)) >$$@
$(A$1_MODULES:%=$(B)/double/assignment$1/tests/check_%.o): \
		$(B)/double/assignment$1/tests/check_%.o: assignment$1/tests/check_%.c \
		$(B)/watched/assignment$1/%_watched.h common/checks/watched.awk $(B)/flags
	@mkdir -p $$(@D)
	$$(call say,cc  )$(CC) $$(CFLAGS) -include $(B)/watched/assignment$1/$$*_watched.h \
		-DREAL_IS_DOUBLE $$(call room,$$<) -c $$< -o $$@

endef
$(foreach n,$(ASSIGNMENTS),$(eval $(call watched_suites,$n)))

$(CHECKS)/%.o: $(MODULES_DIR)/%.c $(B)/flags
	@mkdir -p $(@D)
	$(call say,cc  )$(CC) $(CFLAGS) -DREAL_IS_DOUBLE $(ROOM_$(ROOM)) -c $< -o $@

# What the suite of module $1 is linked from, but for the library.
check_objects = $(B)/double/$(ROOM)/tests/check_$1.o \
	$(patsubst %,$(CHECKS)/%.o,$(call check_needs,$1)) \
	$(call objects,$(A$(ASSIGNMENT)_CHECK_PARTS_$1:%=$(ROOM)/%.c),double) $(CHECK_SHARED)
$(foreach m,$(MODULES),$(eval $(CHECKS)/check_$m: $(call check_objects,$m)))
$(CHECKS)/check_%: $(B)/double/libcommon.a
	$(call say,ld  )$(CC) $(LDFLAGS) $(LINK_NEEDED) $(filter %.o,$^) $(filter %.a,$^) \
		$(LIBS_check) $(LIBS_common) -o $@

.PHONY: check check-asan debug todo handin
check: ## check what you have begun: Q=knn for one module
	$(if $(filter-out $(MODULES),$(CHECKED)),$(error Q=$(Q): there is $(MODULES)))
	+@$(if $(CHECK_PROGRAMS),$(MAKE) --no-print-directory PACKAGES=skip -s -k $(jobs) \
		$(CHECK_PROGRAMS) || for p in $(CHECK_PROGRAMS); do \
			$(MAKE) -q PACKAGES=skip $$p &>/dev/null || rm -f $$p; done)
	@MISSING='$(strip $(foreach m,$(CHECKED),$(addprefix $m:,$(call missing_for,$m))))' \
		NEEDS='$(foreach m,$(CHECKED),$(addprefix $m:,$(A$(ASSIGNMENT)_CHECK_NEEDS_$m)))' \
		IN_ORDER='$(if $(Q),,$(IN_ORDER))' common/checks/run-checks $(CHECKS) $(CHECKED)

check-asan: ## the same with sanitizers, which find reads and writes out of bounds, and leaks
	+@$(MAKE) --no-print-directory check CONFIG=asan

debug: ## step through one test in gdb: TEST=test_name
	@MAKE='$(MAKE)' common/checks/debug-test '$(TEST)' $(ROOM) '$(MODULES_DIR)'

todo: ## list the functions that are left to write, in order, with their lines
	@common/checks/list-todo '$(MODULES_DIR)' $(IN_ORDER)

handin: ## pack your modules and answers, if all are there and compile: OUT=FILE
	@CC='$(CC)' HEADERS='$(MODULES:%=%.h) $(GIVEN:%=%.h)' \
		WITHOUT='$(foreach m,$(MODULES),$(addprefix $m:,$(A$(ASSIGNMENT)_WITHOUT_$m)))' \
		common/tools/hand-in $(ROOM) "$${OUT:-handin/$(ROOM).tar.gz}" '$(ROOM_$(ROOM))' $(MODULES)

# The experiments: in float, on two threads. A module that does not compile stops only those that
# need it: the program takes what it needs from an archive of those that do. An experiment of one's
# own is a file experiments/experiment_NAME.c.
#
#   Q=svm DATA=cifar10 DIR=... OUT=... SEED=... QUICK=1
#   RATE=1e-4,1e-3 ...    hyperparameters: one value, or several that are tried
EXPERIMENTS := $(B)/experiments/$(ROOM)/$(subst /,_,$(MODULES_DIR))
EXPERIMENT_SHARED := $(call objects,$(wildcard common/experiments/*.c) \
	$(A$(ASSIGNMENT)_EXPERIMENT_PARTS:%=$(ROOM)/experiments/%.c),float)
EXPERIMENT_MODULES := $(MODULES:%=$(EXPERIMENTS)/%.o)

$(EXPERIMENTS)/%.o: $(MODULES_DIR)/%.c $(B)/flags
	@mkdir -p $(@D)
	$(call say,cc  )rm -f $@ && $(CC) $(CFLAGS) $(ROOM_$(ROOM)) -c $< -o $@

$(EXPERIMENTS)/libmodules.a: $(wildcard $(EXPERIMENT_MODULES)) \
		$(call objects,$(GIVEN:%=$(ROOM)/%.c),float)
	$(call say,ar  )rm -f $@ && ar rcs $@ $^

$(EXPERIMENTS)/experiment_%: $(B)/float/$(ROOM)/experiments/experiment_%.o \
		$(EXPERIMENT_SHARED) $(EXPERIMENTS)/libmodules.a $(B)/float/libcommon.a
	$(call say,ld  )$(CC) $(LDFLAGS) $^ $(LIBS_common) -o $@

.PHONY: run experiment
EXPERIMENT_NAMES := $(A$(ASSIGNMENT)_EXPERIMENTS)
EXPERIMENT_NAMES += $(filter-out $(EXPERIMENT_NAMES),$(patsubst \
	$(ROOM)/experiments/experiment_%.c,%,$(wildcard $(ROOM)/experiments/experiment_*.c)))
also_called = $(foreach a,$(A$(ASSIGNMENT)_ALIASES),$(if $(filter %=$1,$a),\
	$(firstword $(subst =, ,$a))))
EXPERIMENT := $(firstword $(filter $(EXPERIMENT_NAMES),$(Q) $(call also_called,$(Q))))
no_experiment = $(error Q=$(Q): there is no such experiment; there are $(EXPERIMENT_NAMES))
run: ## run an experiment: Q=svm DATA=cifar10 DIR=... OUT=... RATE=1e-7,1e-6
	$(if $(EXPERIMENT),,$(no_experiment))
	+@$(MAKE) --no-print-directory PACKAGES=skip $(if $(V),,-s) -k $(jobs) $(EXPERIMENT_MODULES) || \
		echo 'Going on without the modules that do not compile.' >&2
	+@$(MAKE) --no-print-directory PACKAGES=skip $(if $(V),,-s) $(jobs) \
		$(EXPERIMENTS)/experiment_$(EXPERIMENT)
	@data=$${DATA:-$(or $(A$(ASSIGNMENT)_DATA_$(EXPERIMENT)),fashion-mnist)} && \
		$(EXPERIMENTS)/experiment_$(EXPERIMENT) --data "$$data" \
		$(if $(DIR),--dir "$$DIR") $(if $(SEED),--seed "$$SEED") \
		--out "$${OUT:-build/experiments/$(ROOM)/$(EXPERIMENT)-$$data}" $(if $(QUICK),--quick) \
		$(foreach h,$(HYPERPARAMETERS),$(if $($h),"$h=$$$h"))

# A program of one's own, try.c in the room, with what compiles of the modules, in double.
TRY := $(B)/try/$(ROOM)
TRY_MODULES := $(MODULES:%=$(CHECKS)/%.o)
$(ROOM)/try.c:
	@cp common/tools/try_template.c $@ && echo '$@ is yours: change it as you like.'
$(CHECKS)/libmodules.a: $(wildcard $(TRY_MODULES)) $(call objects,$(GIVEN:%=$(ROOM)/%.c),double)
	$(call say,ar  )rm -f $@ && ar rcs $@ $^
$(TRY): $(B)/double/$(ROOM)/try.o $(CHECKS)/libmodules.a $(B)/double/libcommon.a
	@mkdir -p $(@D)
	$(call say,ld  )$(CC) $(LDFLAGS) $^ $(LIBS_common) -o $@

.PHONY: try
try: $(ROOM)/try.c ## build and run a program of your own, try.c, with your modules
	+@$(MAKE) --no-print-directory PACKAGES=skip $(if $(V),,-s) -k $(jobs) $(TRY_MODULES) || \
		echo 'Going on without the modules that do not compile.' >&2
	+@$(MAKE) --no-print-directory PACKAGES=skip $(if $(V),,-s) $(jobs) $(TRY)
	@$(TRY)

experiment: ## an experiment of your own, a copy of the template: NAME=mine
	@common/tools/new-experiment $(ROOM) $(if $(filter command%,$(origin NAME)),"$$NAME",'')
