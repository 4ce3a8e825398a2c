# What instructors and authors have: the reference, the hidden cases' proof, the demo, the tests.
include grader/reference/room.mk

define solution_rule
$(W)/$1/solution/%.o: %.c
	@mkdir -p $$(@D)
	$$(call say,cc  )gcc $$(W_FLAGS) $$(W_FLAGS_$1) -DSOLUTION $$(call worker_room,$$<) -c $$< -o $$@

endef
$(foreach v,double float,$(eval $(call solution_rule,$v)))

# The reference solution's workers.
reference_objects = $(W)/$1/grader/worker.o $(W)/$1/grader/assignment1/operations.o \
	$(patsubst %,$(W)/$1/solution/grader/reference/assignment1/%.o,$(A1_MODULES)) \
	$(W)/$1/libcommon.a
$(W)/double/reference-worker-1: $(call reference_objects,double)
$(W)/float/reference-worker-1: $(call reference_objects,float)
$(W)/%/reference-worker-1:
	$(call say,ld  )gcc -static -fuse-ld=gold -pthread $^ -lopenblas -lpng -lz -lm -o $@

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

GRADER_READY += $(MISTAKE_READY) $(foreach p,double float,$(W)/$p/reference-worker-1)

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

PROVE := $(B)/double/grader/prove
$(PROVE): $(call objects,$(GRADER_SOURCES),double) $(B)/double/grader/prove.o \
		$(B)/double/libcommon.a
	$(call say,ld  )$(CC) $(LDFLAGS) $^ $(LIBS_grader) $(LIBS_common) -o $@

# What earns nothing: zeros, and random numbers.
EMPTY_WORKERS := $(W)/double/zeros-worker $(W)/double/random-worker
$(W)/double/zeros-worker: EMPTY_FLAGS :=
$(W)/double/random-worker: EMPTY_FLAGS := -DRANDOM_OUTPUTS
$(EMPTY_WORKERS): grader/empty_worker.c $(W)/double/libcommon.a
	$(call say,ld  )gcc -std=c17 -D_GNU_SOURCE -DREAL_IS_DOUBLE -O1 $(EMPTY_FLAGS) $(ROOM_grader) \
		-pthread $^ -lm -o $@

EVERY ?= 1
.PHONY: prove
prove: $(GRADER_READY) $(PROVE) $(EMPTY_WORKERS) | ci-packages ## what hidden cases catch; EVERY=10
	+@$(MAKE) --no-print-directory $(jobs) PACKAGES=skip $(MUTANTS)/ready
	@$(PROVE) --every=$(EVERY) --mutants=$(MUTANTS) $(if $(MATRIX),--matrix)

DEMO_PAGE := $(B)/double/grader/demo-page
$(DEMO_PAGE): $(call objects,grader/demo.c grader/page.c grader/path.c,double) \
		$(B)/double/libcommon.a
	$(call say,ld  )$(CC) $(LDFLAGS) $^ $(LIBS_grader) $(LIBS_common) -o $@

.PHONY: release
release: ## write the tree that students get to OUT=DIR
	@grader/release/make-release '$(or $(OUT),build/student)'

.PHONY: demo
demo: ## solutions, samples and experiments on real data, and a page
	+@$(MAKE) --no-print-directory $(jobs) PACKAGES=skip $(GRADER_READY) $(DEMO_PAGE)
	@grader/demo $(GRADE)

include grader/bench/bench.mk grader/formats/formats.mk

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
TEST_SCRIPTS += grader/tests/test-grading grader/tests/test-explanations grader/tests/test-replay \
	grader/release/test-release
TEST_NEEDS += $(GRADER_READY) $(REPLAY)
export GRADE
