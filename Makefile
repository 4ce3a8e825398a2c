# The front door. `make help` lists what there is; each room adds its own part in its room.mk.
#
#   ASSIGNMENT=1               which assignment is meant
#   CONFIG=release|asan|...    which flags, see below; each has its own folder below build/
#   PACKAGES=skip              do not look for missing packages
#   FROM=DIR/                  where paths count from that a user gives; the rooms set it
#   V=1                        show the commands
#
# Every C file is built twice, for real = double and for real = float.
.DEFAULT_GOAL := help
SHELL := /bin/bash
.DELETE_ON_ERROR:
.SECONDARY:
MAKEFLAGS += --no-builtin-rules

ASSIGNMENT ?= 1
ASSIGNMENTS := $(patsubst assignment%/room.mk,%,$(wildcard assignment*/room.mk))
ifeq ($(filter $(ASSIGNMENT),$(ASSIGNMENTS)),)
$(error ASSIGNMENT=$(ASSIGNMENT): there is no such assignment; there is $(ASSIGNMENTS))
endif

CONFIG ?= release
B := build/$(CONFIG)
CC_clang := clang
CC_fuzz := clang
CC := $(or $(CC_$(CONFIG)),gcc)
WERROR ?=
JOBS ?= $(shell getconf _NPROCESSORS_ONLN)

FLAGS_release := -O3 -g1
FLAGS_clang := -O2 -g
FLAGS_asan := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=undefined \
	-fno-omit-frame-pointer
FLAGS_fuzz := -O1 -g -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=undefined
FLAGS_debug := -O0 -g3
FLAGS_coverage := -O0 -g --coverage -fprofile-update=atomic
# Tests and cases run for moments: to optimize them takes longer than it saves.
TEST_FLAGS_release := -O1
TEST_FLAGS_clang := -O1
is_case = $(and $(filter grader/assignment%,$1),$(findstring /cases/,$1))
test_flags = $(if $(findstring /tests/,$1)$(is_case),$(TEST_FLAGS_$(CONFIG)))
ifeq ($(FLAGS_$(CONFIG)),)
$(error CONFIG=$(CONFIG): there is $(patsubst FLAGS_%,%,$(filter FLAGS_%,$(.VARIABLES))))
endif
CFLAGS = -std=c17 -D_GNU_SOURCE -fno-math-errno '-ffile-prefix-map=$(CURDIR)=.' -pthread -MMD -MP \
	$(FLAGS_$(CONFIG)) $(WERROR)
LDFLAGS = -pthread $(FLAGS_$(CONFIG))

# Two sets of warnings: ours, and the one that a student meets.
WARN_OURS := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes \
	-Wmissing-prototypes -Wcast-qual -Wvla -Wundef -Wwrite-strings -Wformat=2
WARN_STUDENT := -Wall -Wextra -Wshadow -Wvla -Wmissing-prototypes

# Who may include whom: the longest beginning of a file's folder that has a row says which folders
# it sees, and the compiler keeps the rule. Floors stand below each other: nobody sees upward.
COMMON := $(addprefix common/,base tensor layers data training pictures)
SEES_common/base := common/base
SEES_common/tensor := common/base common/tensor
$(foreach r,layers data training pictures,$(eval SEES_common/$r := $(SEES_common/tensor) common/$r))
SEES_common := $(COMMON) common
$(foreach n,$(ASSIGNMENTS),$(eval SEES_assignment$n := \
	$(COMMON) common/checks common/experiments assignment$n))
# What a stranger's program is linked with knows no case; only what explains knows mistakes.
SEES_grader/worker := $(COMMON) grader/worker
SEES_grader/sandbox := common/base grader/worker grader/sandbox
SEES_grader/intake := $(SEES_grader/sandbox) grader/intake
SEES_grader/cases := $(SEES_grader/intake) common/tensor common/data grader/cases
SEES_grader/report := $(SEES_grader/cases) grader/report
SEES_grader/unboxed := $(SEES_grader/report)
SEES_grader/class := $(SEES_grader/report) grader/class grader/programs
SEES_grader/explain := $(SEES_grader/cases) grader/explain
SEES_grader := $(COMMON) common grader $(addprefix grader/,worker sandbox intake cases explain \
	report class programs)
SEES_grader/tests := $(SEES_grader) common/experiments
$(foreach n,$(ASSIGNMENTS),$(eval SEES_grader/assignment$n/worker := $(SEES_grader/worker)) \
	$(eval SEES_grader/assignment$n := $(SEES_grader/cases) $(COMMON) grader/assignment$n/cases) \
	$(foreach b,adapters called,$(eval \
		SEES_build/$b/assignment$n := $(SEES_grader/worker) grader/assignment$n/worker)) \
	$(eval SEES_build/demos/assignment$n := $(SEES_grader/worker) assignment$n/demos))
SEES_common/site := $(SEES_grader/worker) common/site/web
SEES_build/declarations := $(SEES_grader/cases)
INCLUDES_grader/report := -I/usr/include/libxml2

folders = $(subst /, ,$(patsubst %/,%,$(dir $1)))
beginning = $(subst $() ,/,$(wordlist 1,$2,$(call folders,$1)))
row = $(SEES_$(call beginning,$1,$2))
sees = $(or $(call row,$1,3),$(call row,$1,2),$(call row,$1,1))
warnings = $(if $(filter assignment%,$(firstword $(call folders,$1))),$(WARN_STUDENT),$(WARN_OURS))
own_assignment = $(filter assignment%,$(wordlist 2,9,$(call folders,$1)))
room = $(addprefix -iquote ,$(call sees,$1) $(call own_assignment,$1)) $(call warnings,$1) \
	$(INCLUDES_$(call beginning,$1,2))
$(foreach n,$(ASSIGNMENTS),$(eval ROOM_assignment$n := $(call room,assignment$n/any.c)))
ALL_ROOMS = $(foreach v,$(sort $(filter SEES_%,$(.VARIABLES))),$v=$($v)) \
	$(WARN_OURS) $(WARN_STUDENT)

LIBS_common := -lopenblas -lpng -lz -ljansson -lm
LIBS_check := -lcheck -lsubunit -lrt
LINK_NEEDED := -Wl,--as-needed,-u,tensor_print # which gdb can call, whether a module does or not
ifneq ($(shell uname -s),Linux)
LIBS_check := $(or $(shell pkg-config --libs check),-lcheck)
LINK_NEEDED :=
CFLAGS += $(shell pkg-config --cflags openblas libpng jansson check)
LDFLAGS += $(shell pkg-config --libs-only-L openblas libpng jansson check)
endif

# $(call objects,SOURCES,double|float)
objects = $(patsubst %.c,$(B)/$2/%.o,$1)

# $(eval $(call stamp,FILE,VARIABLE)): FILE holds VARIABLE's value and is written only when that is
# another, so that what depends on FILE is made anew then. WERROR is no part of it: it changes no
# object. Neither is where the tree lies.
define stamp
ifneq ($$(shell cat $1 2>/dev/null),$$(strip $$(subst $$(CURDIR),,$$($2))))
.PHONY: $1
endif
$1:
	@mkdir -p $$(@D)
	@printf '%s\n' '$$(subst ','\'',$$(strip $$(subst $$(CURDIR),,$$($2))))' >$$@
endef
FLAGS_USED = $(CC) $(filter-out $(WERROR),$(CFLAGS)) $(TEST_FLAGS_$(CONFIG)) $(ALL_ROOMS)
$(eval $(call stamp,$(B)/flags,FLAGS_USED))

# What a user gives is taken as it stands: recipes read it from their environment, so that a file's
# name is never a command. Paths count from where make was called.
GIVEN_PATHS := SUBMISSION OUT DIR SAVE RESULT SUBMISSIONS BOOK ROSTER LATE
HYPERPARAMETERS := RATE REG HIDDEN EPOCHS SCALE DECAY KEEP NORMALIZATION NET_RATE NET_REG \
	STEPS TAU STYLE GUIDANCE SCHEDULE OBJECTIVE FEATURES
GIVEN_WORDS := SEED DATA CASE ITEMS FORMAT AUDIENCE DUE COLUMN GROUP SENTENCE STUDENT MISTAKE \
	$(HYPERPARAMETERS)
there = $(if $1,$(if $(filter /%,$(firstword $1)),,$(FROM:%=$(CURDIR)/%))$1)
$(foreach v,$(GIVEN_PATHS),$(eval override $v := $$(call there,$$(value $v))))
$(foreach v,$(GIVEN_WORDS),$(eval override $v := $$(value $v)))
export $(GIVEN_PATHS) $(GIVEN_WORDS)

# The start of a recipe line that says what it makes, and with V=1 how.
say = $(if $(V),,@echo '  $1  $@';)

$(B)/double/%.o: %.c $(B)/flags
	@mkdir -p $(@D)
	$(call say,cc  )$(CC) $(CFLAGS) $(call test_flags,$<) -DREAL_IS_DOUBLE $(call room,$<) -c $< -o $@

$(B)/float/%.o: %.c $(B)/flags
	@mkdir -p $(@D)
	$(call say,cc  )$(CC) $(CFLAGS) $(call test_flags,$<) $(call room,$<) -c $< -o $@

# Packages come first: make brings an included file up to date before it does anything else. The
# stamp is older than dpkg's own record as soon as something was installed or removed. Only what is
# named here installs what is missing; any other target says what it is, and so does make -n or -q.
short_options := $(filter-out --%,$(firstword -$(MAKEFLAGS)))
INSTALLING := $(if $(findstring n,$(short_options))$(findstring q,$(short_options)),,$(strip \
	$(filter demo test packages site play test-site,$(MAKECMDGOALS))))
PACKAGE_LISTS := $(wildcard common/tools/packages.txt grader/packages.txt grader/class/packages.txt)
ifneq ($(filter-out help clean packages,$(or $(MAKECMDGOALS),help)),)
ifneq ($(PACKAGES),skip)
include build/packages.mk
build/openblas.mk: build/packages.mk
endif
include build/openblas.mk
endif
build/packages.mk: common/tools/install-packages $(PACKAGE_LISTS) $(wildcard /var/lib/dpkg/status)
	@common/tools/install-packages $(if $(INSTALLING),,--missing) $(PACKAGE_LISTS)
	@mkdir -p $(@D)
	@touch $@
build/openblas.mk: common/tools/openblas-core
	@mkdir -p $(@D)
	@$< >$@

.PHONY: packages
packages: ## install what is missing, with apt (demo and test do it by themselves)
	@common/tools/install-packages $(PACKAGE_LISTS)

include common/room.mk datasets/room.mk $(ASSIGNMENTS:%=assignment%/room.mk) common/student.mk
-include common/fuzz.mk grader/room.mk .ci/lint.mk common/site/site.mk

# Rooms add to TEST_PROGRAMS (built by a rule of theirs), to TEST_SCRIPTS, to LONG_TEST_SCRIPTS, for
# which nobody waits, and to TEST_NEEDS and LONG_TEST_NEEDS what these run. Scripts try the same
# whatever CONFIG says, and run with the default one. Only those in CONFIG_SCRIPTS run programs of
# CONFIG: they run with sanitizers and for the coverage, too.
SCRIPTS_release = $(TEST_SCRIPTS)
LONG_SCRIPTS_release = $(LONG_TEST_SCRIPTS)
LONG_SCRIPTS_asan = $(CONFIG_SCRIPTS)
LONG_SCRIPTS_coverage = $(CONFIG_SCRIPTS)
chosen = $(foreach t,$1,$(if $(or $(findstring $(TESTS),$t),$(if $(TESTS),,all)),$t))
needs = $(if $(strip $1),$(TEST_NEEDS)) $(if $(filter $(LONG_TEST_SCRIPTS),$1),$(LONG_TEST_NEEDS))
jobs = $(if $(findstring -j,$(MAKEFLAGS)),,-j$(JOBS))
not_built = { printf '\nA test does not build: none was run.\n\n0 passed, 1 failed\n'; exit 1; }
# $(call run_tests,PROGRAMS,SCRIPTS): builds what they need, runs them, and prints the sum. The
# first line's + would hold for the second, too, and make -n would run the tests.
define run_tests
	+@$(if $(strip $1$2),$(MAKE) --no-print-directory $(if $(V),,-s) -k $(jobs) $1 \
		$(call needs,$2) || $(not_built))
	@$(if $(findstring n,$(short_options)),: )common/tools/run-tests $(B)/test-results $2 $1
endef
.PHONY: test test-long test-all
test: ## run the project's own tests, those that a person waits for; TESTS=part picks some of all
	$(call run_tests,$(call chosen,$(TEST_PROGRAMS)),$(call \
		chosen,$(SCRIPTS_$(CONFIG)) $(if $(TESTS),$(LONG_SCRIPTS_$(CONFIG)))))
test-long: ## the others, which take minutes
	$(call run_tests,,$(call chosen,$(LONG_SCRIPTS_$(CONFIG))))
test-all: ## all of them
	$(call run_tests,$(TEST_PROGRAMS),$(LONG_SCRIPTS_$(CONFIG)) $(SCRIPTS_$(CONFIG)))

# With which flags linters and editors see a source. A master is seen as the solution, in the
# student's room that it belongs to.
EDITED = $(shell find common assignment* grader -name '*.c' ! -path '*/samples/*' | sort)
source_flags = -std=c17 -D_GNU_SOURCE -DREAL_IS_DOUBLE $(if $(filter grader/reference/%,$1), \
	-DSOLUTION $(ROOM_$(call own_assignment,$1)),$(call room,$1)) \
	$(if $(filter %/mutate.c,$1),-isystem $(shell $(LLVM_CONFIG) --includedir))
.PHONY: compile-commands
compile-commands: ## write compile_commands.json, by which editors (clangd) know every file's flags
	$(shell mkdir -p build)$(file >build/commands.txt)$(foreach f,$(EDITED),\
		$(file >>build/commands.txt,$f $(strip $(CC) $(call source_flags,$f)) -c $f))
	@jq -Rn --arg in '$(subst ','\'',$(CURDIR))' \
		'[inputs | split(" +"; "") | {directory: $$in, file: .[0], arguments: .[1:]}]' \
		build/commands.txt >build/commands.json && mv build/commands.json compile_commands.json

# In the order in which one meets them; what is not listed follows.
HELP_ORDER := demo doctor packages check check-asan debug play try run experiment todo grade \
	replay reference stubs
.PHONY: help
help: ## this list
	@echo 'make TARGET [ASSIGNMENT=1] [CONFIG=release]; in assignment1/, ASSIGNMENT is set'
	@awk -F':.*## ' -v order='$(HELP_ORDER)' -f common/tools/help.awk \
		$(filter %.mk Makefile,$(MAKEFILE_LIST))

.PHONY: clean
clean: ## remove everything that was built
	rm -rf build

-include $(shell find $(B) $(W) -name '*.d' 2>/dev/null)
