# grader: what a student never sees.
#
# Workers are built by fixed rules, below build/workers, whatever CONFIG says: they are the grader's
# own rules for a submission (build-tools/), applied to our sources.
W := build/workers

include grader/reference/room.mk

W_FLAGS := -std=c17 -D_GNU_SOURCE -pthread -MMD -MP -g1 $(WERROR)
W_FLAGS_double := -O2 -DREAL_IS_DOUBLE
W_FLAGS_float := -O2
W_FLAGS_sanitized := -O1 -DREAL_IS_DOUBLE -fsanitize=address,undefined -fno-omit-frame-pointer
W_VARIANTS := double float sanitized

# Masters are compiled as a student's modules are; with SOLUTION they are the reference.
ROOM_master := $(ROOM_assignment1)
worker_room = $(if $(findstring grader/reference,$1),$(ROOM_master),$(call room,$1))

define worker_rules
$(W)/$1/%.o: %.c
	@mkdir -p $$(@D)
	$$(call say,cc  )gcc $$(W_FLAGS) $$(W_FLAGS_$1) $$(call worker_room,$$<) -c $$< -o $$@

$(W)/$1/solution/%.o: %.c
	@mkdir -p $$(@D)
	$$(call say,cc  )gcc $$(W_FLAGS) $$(W_FLAGS_$1) -DSOLUTION $$(call worker_room,$$<) -c $$< -o $$@

$(W)/$1/libcommon.a: $(patsubst %.c,$(W)/$1/%.o,$(COMMON_SOURCES))
	$$(call say,ar  )rm -f $$@ && ar rcs $$@ $$^
endef
$(foreach v,$(W_VARIANTS),$(eval $(call worker_rules,$v)))

# The reference solution's workers.
reference_objects = $(W)/$1/grader/worker.o $(W)/$1/grader/assignment1/operations.o \
	$(patsubst %,$(W)/$1/solution/grader/reference/assignment1/%.o,$(A1_MODULES)) \
	$(W)/$1/libcommon.a
$(W)/double/reference-worker-1: $(call reference_objects,double)
$(W)/float/reference-worker-1: $(call reference_objects,float)
$(W)/%/reference-worker-1:
	$(call say,ld  )gcc -static -fuse-ld=gold -pthread $^ -lopenblas -lpng -lz -lm -o $@

# What a submission is linked with: worker, operations, weak stubs; and which symbols it may show.
BASE := $(W)/grader-base/assignment1
remote_objects = $(W)/$1/grader/remote.o $(W)/$1/grader/assignment1/remote_layers.o
stub_objects = $(patsubst %,$(W)/$1/grader/reference/assignment1/%.o,$(A1_MODULES))
$(BASE)/stamp: $(foreach v,$(W_VARIANTS),$(call stub_objects,$v) $(W)/$v/libcommon.a \
		$(W)/$v/grader/worker.o $(W)/$v/grader/assignment1/operations.o $(call remote_objects,$v)) \
		$(wildcard common/*.h assignment1/*.h)
	$(call say,base)rm -rf $(@D) && mkdir -p $(@D)/keep $(@D)/course/common $(@D)/course/assignment1
	@cp common/*.h $(@D)/course/common && cp assignment1/*.h $(@D)/course/assignment1
	@for v in $(W_VARIANTS); do \
		mkdir -p $(@D)/objects/$$v && cp $(W)/$$v/libcommon.a $(W)/$$v/grader/worker.o \
			$(W)/$$v/grader/assignment1/operations.o $(@D)/objects/$$v/ || exit 1; \
		mkdir $(@D)/objects/$$v/remote && \
			cp $(W)/$$v/grader/remote.o $(@D)/objects/$$v/remote/ && \
			cp $(W)/$$v/grader/assignment1/remote_layers.o $(@D)/objects/$$v/remote/layers.o || exit 1; \
		for m in $(A1_MODULES); do \
			objcopy --weaken $(W)/$$v/grader/reference/assignment1/$$m.o \
				$(@D)/objects/$$v/stub-$$m.o || exit 1; \
		done; \
	done
	@for m in $(A1_MODULES); do \
		nm -g --defined-only --format=just-symbols $(W)/double/grader/reference/assignment1/$$m.o \
			> $(@D)/keep/$$m.symbols || exit 1; \
	done
	@touch $@

# The grading program: trusted, always in double.
GRADER_MAINS := $(patsubst %,grader/%.c,worker remote grade prove mutate replay demo)
GRADER_SOURCES := $(filter-out $(GRADER_MAINS),$(wildcard grader/*.c)) \
	$(filter-out %/operations.c %/remote_layers.c,$(wildcard grader/assignment1/*.c))
LIBS_grader := -larchive -lseccomp -lnettle -lxslt -lxml2
GRADE := $(B)/double/grader/grade
$(GRADE): $(call objects,$(GRADER_SOURCES),double) $(B)/double/grader/grade.o \
		$(B)/double/libcommon.a
	$(call say,ld  )$(CC) $(LDFLAGS) $^ $(LIBS_grader) $(LIBS_common) -o $@

PROVE := $(B)/double/grader/prove
$(PROVE): $(call objects,$(GRADER_SOURCES),double) $(B)/double/grader/prove.o \
		$(B)/double/libcommon.a
	$(call say,ld  )$(CC) $(LDFLAGS) $^ $(LIBS_grader) $(LIBS_common) -o $@

REPLAY := $(B)/double/grader/replay
$(REPLAY): $(call objects,$(GRADER_SOURCES),double) $(B)/double/grader/replay.o \
		$(B)/double/libcommon.a
	$(call say,ld  )$(CC) $(LDFLAGS) $^ $(LIBS_grader) $(LIBS_common) -o $@

# A submission built to be looked into: with CONFIG=debug or asan, stubs for what was not handed in.
REPLAY_WORKER := $(B)/replay/$(subst /,_,$(MODULES_DIR))/worker
$(REPLAY_WORKER): $(foreach m,$(A1_MODULES),$(if $(wildcard $(MODULES_DIR)/$m.c),$(CHECKS)/$m.o, \
		$(B)/double/assignment1/$m.o)) $(call objects,grader/worker.c \
		grader/assignment1/operations.c,double) $(B)/double/libcommon.a
	@mkdir -p $(@D)
	$(call say,ld  )$(CC) $(LDFLAGS) $^ $(LIBS_common) -o $@

.PHONY: replay replay-worker
replay-worker: $(REPLAY_WORKER)
replay_config := $(if $(ASAN),asan,debug)
replay_tool := $(if $(ASAN),none,$(if $(VALGRIND),valgrind,gdb))
replay: $(GRADER_READY) $(REPLAY) ## a failed call in gdb: CASE=, SEED=, VALGRIND=1, ASAN=1, SAVE=
	+@$(MAKE) --no-print-directory -s CONFIG=$(replay_config) \
		MODULES_DIR='$(or $(SUBMISSION:%/=%),assignment1)' replay-worker
	@$(REPLAY) --case='$(CASE)' $(if $(SEED),--seed='$(SEED)') --tool=$(replay_tool) \
		$(if $(SAVE),--save='$(SAVE)') $(if $(SMALLEST),--smallest) \
		--worker='build/$(replay_config)/replay/$(subst /,_,$(or $(SUBMISSION:%/=%),assignment1))/worker'

DEMO_PAGE := $(B)/double/grader/demo-page
$(DEMO_PAGE): $(call objects,grader/demo.c grader/page.c grader/path.c,double) \
		$(B)/double/libcommon.a
	$(call say,ld  )$(CC) $(LDFLAGS) $^ $(LIBS_grader) $(LIBS_common) -o $@

# The known mistakes' workers: each the reference with one module changed. Sources first, then a
# second make that sees which there are.
MISTAKES := $(wildcard grader/assignment1/mistakes/*.diff)
MISTAKE_WORKERS := $(W)/mistakes-1
MISTAKE_OBJECTS := $(filter-out $(W)/double/libcommon.a,$(call reference_objects,double))
MISTAKE_READY := $(if $(MISTAKES),$(MISTAKE_WORKERS)/ready)
$(MISTAKE_WORKERS)/sources: $(MISTAKES) $(A1_MODULES:%=grader/reference/assignment1/%.c) \
		grader/build-tools/mistake-sources
	$(call say,diff)$(VIEWS) reference $(W)/mistakes-reference grader/reference/assignment1 \
		$(A1_MODULES)
	@grader/build-tools/mistake-sources $(W)/mistakes-reference grader/assignment1/mistakes $(@D)
	@touch $@
$(MISTAKE_WORKERS)/ready: $(MISTAKE_WORKERS)/sources $(MISTAKE_OBJECTS) $(W)/double/libcommon.a
	@echo '  cc    $(@D): the known mistakes and their pairs'
	+@$(MAKE) --no-print-directory -s $(jobs) PACKAGES=skip MISTAKE_FOLDERS='$(wildcard $(@D)/*/)' \
		build-mistakes
	@touch $@

MISTAKE_FOLDERS ?=
.PHONY: build-mistakes mistakes
build-mistakes: $(MISTAKE_FOLDERS:%/=%/worker)
mistakes: $(MISTAKE_READY) ## build the workers of the known mistakes
define changed_worker
@gcc -std=c17 -D_GNU_SOURCE -DREAL_IS_DOUBLE -O1 $(ROOM_master) -w -c $(@D)/*.c -o $(@D)/module.o
@gcc -fuse-ld=gold -pthread $(@D)/module.o $(filter-out %/$(basename $(notdir \
	$(wildcard $(@D)/*.c))).o,$(MISTAKE_OBJECTS)) $(W)/double/libcommon.a \
	-lopenblas -lpng -lz -lm -o $@
endef
$(MISTAKE_WORKERS)/%/worker: $(MISTAKE_OBJECTS) $(W)/double/libcommon.a
	$(changed_worker)

GRADER_READY := $(MISTAKE_READY) $(GRADE) $(BASE)/stamp \
	$(foreach p,double float,$(W)/$p/reference-worker-1)

# The author's gate. Mutants of the reference are found with libclang, which only this needs; a
# mutant that does not compile is none.
MUTATE := $(B)/double/grader/mutate
LLVM_CONFIG = $(or $(shell command -v llvm-config),$(lastword $(wildcard /usr/bin/llvm-config-*)))
$(B)/double/grader/mutate.o: CFLAGS += -isystem $(shell $(LLVM_CONFIG) --includedir)
$(MUTATE): $(B)/double/grader/mutate.o $(B)/double/grader/path.o $(B)/double/libcommon.a
	$(call say,ld  )$(CC) $(LDFLAGS) $^ -L$(shell $(LLVM_CONFIG) --libdir) -lclang $(LIBS_common) -o $@

MUTANTS := $(W)/mutants-1
$(MUTANTS)/sources: $(MUTATE) $(MISTAKE_WORKERS)/sources $(A1_MODULES:%=assignment1/%.c)
	@rm -rf $(@D) && mkdir -p $(@D)
	@for m in $(A1_MODULES); do \
		$(MUTATE) $(W)/mistakes-reference/$$m.c assignment1/$$m.c $(@D) -std=c17 -D_GNU_SOURCE \
			-DREAL_IS_DOUBLE $(ROOM_master) -I$$(clang -print-resource-dir)/include || exit 1; \
	done
	@touch $@
$(MUTANTS)/ready: $(MUTANTS)/sources $(MISTAKE_OBJECTS) $(W)/double/libcommon.a
	@echo '  cc    $(@D): the mutants'
	+@$(MAKE) --no-print-directory -s -k $(jobs) PACKAGES=skip \
		MISTAKE_FOLDERS='$(wildcard $(@D)/*/)' build-mistakes 2>$(@D)/errors || true
	@touch $@
$(MUTANTS)/%/worker: $(MISTAKE_OBJECTS) $(W)/double/libcommon.a
	$(changed_worker)

EVERY ?= 1
.PHONY: prove
prove: $(GRADER_READY) $(PROVE) | ci-packages ## what the hidden cases catch; EVERY=10: a sample
	+@$(MAKE) --no-print-directory $(jobs) PACKAGES=skip $(MUTANTS)/ready
	@$(PROVE) --every=$(EVERY) --mutants=$(MUTANTS) $(if $(MATRIX),--matrix)

.PHONY: demo
demo: $(GRADER_READY) $(DEMO_PAGE) ## solutions, samples and experiments on real data, and a page
	@grader/demo $(GRADE)

.PHONY: grader
grader: $(GRADER_READY) ## build the grader and the reference's workers

.PHONY: grade
grade: $(GRADER_READY) ## grade one submission: SUBMISSION=DIR or archive, SEED=S, OUT=DIR
	@$(GRADE) --assignment=$(ASSIGNMENT) $(if $(SUBMISSION),--submission='$(SUBMISSION)') \
		$(if $(SEED),--seed='$(SEED)') $(if $(OUT),--out='$(OUT)') $(GRADE_OPTIONS)

.PHONY: doctor
doctor: $(GRADER_READY) ## say which sandbox layers this machine offers
	@$(GRADE) --doctor

include grader/bench/bench.mk

# Tests. The attacker is a worker whose operations are attacks.
$(W)/double/attack-worker: $(W)/double/grader/worker.o $(W)/double/grader/tests/attacks.o \
		$(W)/double/libcommon.a
	$(call say,ld  )gcc -static -fuse-ld=gold -pthread $^ -lopenblas -lm -o $@

GRADER_TESTS := $(patsubst %.c,$(B)/double/%,$(wildcard grader/tests/test_*.c))
GRADER_LIBRARY := $(call objects,$(filter-out grader/assignment1/%,$(GRADER_SOURCES)),double)
$(GRADER_TESTS): $(B)/double/grader/tests/test_%: $(B)/double/grader/tests/test_%.o \
		$(GRADER_LIBRARY) $(B)/double/libcommon.a $(W)/double/attack-worker
	$(call say,ld  )$(CC) $(LDFLAGS) $(filter-out %-worker,$^) $(LIBS_check) $(LIBS_grader) \
		$(LIBS_common) -o $@
TEST_PROGRAMS += $(GRADER_TESTS)
TEST_SCRIPTS += grader/tests/test-grading grader/tests/test-explanations
TEST_NEEDS += $(GRADER_READY)
export GRADE
