# What instructors and authors have: the reference, the hidden cases' proof, the demo, the tests.
include grader/reference/room.mk

define solution_rule
$(W)/$1/solution/%.o: %.c $(W)/flags
	@mkdir -p $$(@D)
	$$(call say,cc  )gcc $$(W_FLAGS) $$(W_FLAGS_$1) -DSOLUTION $$(call worker_room,$$<) -c $$< -o $$@

endef
$(foreach v,double float,$(eval $(call solution_rule,$v)))

# The reference solutions' workers, one an assignment.
reference_objects = $(call worker_objects,$1,$2) $(call given_objects,$1,$2) \
	$(A$2_MODULES:%=$(W)/$1/solution/grader/reference/assignment$2/%.o) $(W)/$1/libcommon.a
$(W)/double/reference-worker-%: $$(call reference_objects,double,$$*) $(BLAS)
	$(link_worker)
$(W)/float/reference-worker-%: $$(call reference_objects,float,$$*) $(BLAS)
	$(link_worker)
define link_worker
$(call say,ld  )gcc -static -pthread $^ -lopenblas -lpng -lz -lm -o $@
endef

# The known mistakes' workers: each the reference with one module changed. Sources first, then a
# second make that sees which modules there are.
masters_of = $(A$1_MODULES:%=grader/reference/assignment$1/%.c)
# With their folder, which is newer when one is gone.
mistakes_of = $(wildcard grader/assignment$1/mistakes/*.diff grader/assignment$1/mistakes)
mistakes_ready = $(if $(call mistakes_of,$1),$(W)/mistakes-$1/ready)
VARIANT_TOOLS := $(addprefix grader/reference/,build-variants link-variants merge-variants.awk)
MISTAKE_SOURCES := $(GRADED:%=$(W)/mistakes-%/sources)
$(MISTAKE_SOURCES): $(W)/mistakes-%/sources: $$(call mistakes_of,$$*) \
		$$(call masters_of,$$*) grader/reference/mistake-sources
	$(call say,diff)$(VIEWS) reference $(W)/mistakes-reference-$* grader/reference/assignment$* \
		$(A$*_MODULES)
	@grader/reference/mistake-sources $(W)/mistakes-reference-$* grader/assignment$*/mistakes $(@D)
	@touch $@
$(GRADED:%=$(W)/mistakes-%/ready): $(W)/mistakes-%/ready: $(W)/mistakes-%/sources \
		$$(call reference_objects,double,$$*) $(BLAS) $(VARIANT_TOOLS)
	@echo '  cc    $(@D): the known mistakes and their pairs'
	+@$(MAKE) --no-print-directory -s $(jobs) PACKAGES=skip ASSIGNMENT=$* VARIANTS_IN=$(@D) \
		$(A$*_MODULES:%=$(@D)/.%/built)
	@grader/reference/link-variants $(@D) $(call reference_objects,double,$*) $(BLAS)
	@touch $@

# What judges, in parts (judge_parts.h): whatever is not of a question of its own is of all.
judge_parts = build/declarations/assignment$1/judge_parts.c
judge_rest = $(sort $(wildcard $(foreach f,$(COMMON) common,$f/*.[ch] $f/*.inc) assignment$1/*.h \
	assignment$1/room.mk assignment$1/tests/published.json $(patsubst %,grader/%/*.[ch],worker \
	sandbox intake cases explain report) $(addprefix grader/assignment$1/,operations.txt worker/*) \
	grader/intake/build-tools/* grader/worker/adapters.awk)) $(A$1_GIVEN:%=assignment$1/%.c) \
	$(addprefix grader/,room.mk author.mk programs/grade.c) $(W)/flags $(VARIANT_TOOLS) \
	grader/reference/mistake-sources
judge_needs = $(foreach m,$(A$1_MODULES),printf '%s\n' '$m $(A$1_CHECK_NEEDS_$m)';)
$(foreach n,$(GRADED),$(call judge_parts,$n)): build/declarations/assignment%/judge_parts.c: \
		$$(call judge_rest,$$*) $$(call masters_of,$$*) $$(call mistakes_of,$$*) \
		$$(wildcard grader/assignment$$*/cases/*) grader/reference/judge-parts
	$(call say,hash)mkdir -p $(@D) && { $(call judge_needs,$*) } | grader/reference/judge-parts \
		grader/reference/assignment$* grader/assignment$*/mistakes grader/assignment$*/cases \
		$(call judge_rest,$*) >$@

# In the second make, and for mutants: the variants of module % that are in a folder.
VARIANTS_IN ?=
VARIANT_OBJECTS := $(call reference_objects,double,$(ASSIGNMENT))
VARIANT_FLAGS := -std=c17 -D_GNU_SOURCE -DREAL_IS_DOUBLE $(ROOM_$(ROOM))
build_variants = grader/reference/build-variants $(W)/mistakes-reference-$(ASSIGNMENT)/$*.c $1 $2 \
	'$(VARIANT_FLAGS)' $(filter-out %/$*.o,$(VARIANT_OBJECTS))
$(MODULES:%=$(VARIANTS_IN)/.%/built): $(VARIANTS_IN)/.%/built: $$(wildcard $(VARIANTS_IN)/*/$$*.c) \
		$(W)/mistakes-reference-$(ASSIGNMENT)/%.c $(VARIANT_OBJECTS) $(VARIANT_TOOLS)
	@$(call build_variants,$(VARIANTS_IN),no)
	@touch $@
.PHONY: mistakes
mistakes: $(call mistakes_ready,$(ASSIGNMENT)) ## build the workers of the known mistakes

# What meets a stranger's bytes has no case and no answer in it.
READ_SUBMISSION := $(B)/double/grader/read-submission
READER_PARTS := intake/read_submission intake/submission_reader sandbox/landlock \
	sandbox/seccomp_filter
$(READ_SUBMISSION): $(call objects,$(READER_PARTS:%=grader/%.c) common/base/error.c,double)
	$(call say,ld  )$(CC) $(LDFLAGS) $^ -larchive -lseccomp -o $@

author_graded_with = $(READ_SUBMISSION) $(call mistakes_ready,$1) \
	$(foreach p,double float,$(W)/$p/reference-worker-$1)

ALL_GRADED_WITH = $(foreach n,$(GRADED),$(call graded_with,$n))

.PHONY: doctor
doctor: grader ## say which sandbox layers this machine has
	@$(GRADE) --doctor

# The author's gate. Mutants of the reference are found with libclang, which only this needs; a
# mutant that does not compile is none.
MUTATE := $(B)/double/grader/mutate
LLVM_CONFIG = $(or $(shell command -v llvm-config),$(lastword $(wildcard /usr/bin/llvm-config-*)))
$(B)/double/grader/programs/mutate.o: CFLAGS += -isystem $(shell $(LLVM_CONFIG) --includedir)
$(MUTATE): $(B)/double/grader/programs/mutate.o $(B)/double/libcommon.a
	$(call say,ld  )$(CC) $(LDFLAGS) $^ -L$(shell $(LLVM_CONFIG) --libdir) -lclang $(LIBS_common) -o $@

# Those of a module have a folder, so that a change of one module makes only its own anew. A sample,
# one in EVERY of each module, is another folder.
EVERY ?= 1
MUTANTS := $(W)/mutants-$(ASSIGNMENT)-$(EVERY)
PROVED := $(or $(Q),$(MODULES))
$(MODULES:%=$(MUTANTS)/%/sources): $(MUTANTS)/%/sources: grader/reference/$(ROOM)/%.c $(MUTATE) \
		| $(W)/mistakes-$(ASSIGNMENT)/sources
	@rm -rf $(@D) && mkdir -p $(@D)
	@$(MUTATE) $(W)/mistakes-reference-$(ASSIGNMENT)/$*.c $(ROOM)/$*.c $(@D) -std=c17 \
		-D_GNU_SOURCE -DREAL_IS_DOUBLE $(ROOM_$(ROOM)) -I$$(clang -print-resource-dir)/include
	@printf '%s\n' $(@D)/*/ | awk '(NR - 1) % $(EVERY) != 0' | xargs -r rm -r
	@touch $@
$(MODULES:%=$(MUTANTS)/%/ready): $(MUTANTS)/%/ready: $(MUTANTS)/%/sources $(VARIANT_OBJECTS) \
		$(VARIANT_TOOLS)
	@echo '  cc    $(@D): the mutants'
	@$(call build_variants,$(@D),yes)
	@grader/reference/link-variants $(@D) $(VARIANT_OBJECTS) $(BLAS)
	@touch $@

$(eval $(call grading_program,prove))
PROVE := $(B)/double/grader/prove-$(ASSIGNMENT)

# What earns nothing: zeros, and random numbers.
EMPTY_WORKERS := $(W)/double/zeros-worker $(W)/double/random-worker
$(W)/double/zeros-worker: EMPTY_FLAGS :=
$(W)/double/random-worker: EMPTY_FLAGS := -DRANDOM_OUTPUTS
$(EMPTY_WORKERS): grader/programs/empty_worker.c $(W)/double/libcommon.a
	$(call say,ld  )gcc -std=c17 -D_GNU_SOURCE -DREAL_IS_DOUBLE -O1 $(EMPTY_FLAGS) $(call room,$<) \
		-pthread $^ -lm -o $@

.PHONY: prove
prove: $$(GRADER_READY) $(PROVE) $(EMPTY_WORKERS) | ci-packages ## test the hidden cases: Q=NAME
	$(if $(filter-out $(MODULES),$(PROVED)),$(error Q=$(Q): there is $(MODULES)))
	$(if $(shell echo '$(subst ','\'',$(EVERY))' | grep -x '[1-9][0-9]*'),,$(error EVERY=$(EVERY): \
		a sample is one in so many, a whole number from 1 on))
	+@$(MAKE) --no-print-directory $(jobs) PACKAGES=skip $(PROVED:%=$(MUTANTS)/%/ready)
	@$(PROVE) --every=$(EVERY) --mutants=$(MUTANTS) $(if $(MATRIX),--matrix) $(if $(Q),--module=$(Q))

DEMO_PAGE := $(B)/double/grader/demo-page
$(DEMO_PAGE): $(call objects,grader/programs/demo_page.c grader/report/page.c,double) \
		$(B)/double/libcommon.a
	$(call say,ld  )$(CC) $(LDFLAGS) $^ $(LIBS_grader) $(LIBS_common) -o $@

.PHONY: release
release: ## write the tree of that assignment's students, with all rooms up to it, to OUT=DIR
	@grader/release/make-release "$${OUT:-build/student}" $(ASSIGNMENT)

.PHONY: demo
demo: ## solutions, samples and experiments on real data, and a page
	+@$(MAKE) --no-print-directory $(jobs) PACKAGES=skip \
		$(ALL_GRADED_WITH) $(DEMO_PAGE) $(CLASS) \
		$(call objects,$(wildcard assignment*/experiments/*.c common/experiments/*.c),float) \
		$(B)/float/libcommon.a
	@grader/programs/demo $(GRADE:%-$(ASSIGNMENT)=%)

include grader/bench/bench.mk grader/report/formats/formats.mk grader/class/class.mk

# Tests. The attacker is a worker whose operations are attacks.
ATTACK_WORKERS := $(W)/double/attack-worker $(W)/sanitized/attack-worker
$(W)/double/attack-worker: $(W)/double/grader/worker/worker.o \
		$(W)/double/grader/worker/worker_call.o $(W)/double/grader/tests/attacks.o \
		$(W)/double/libcommon.a
	$(call say,ld  )gcc -static -pthread $^ -lopenblas -lm -o $@
$(W)/sanitized/attack-worker: $(W)/sanitized/grader/worker/worker.o \
		$(W)/sanitized/grader/worker/worker_call.o \
		$(W)/sanitized/grader/tests/attacks.o $(W)/sanitized/libcommon.a
	$(call say,ld  )gcc -fsanitize=address,undefined -pthread $^ -lopenblas -lm -o $@

GRADER_TESTS := $(patsubst %.c,$(B)/double/%,$(wildcard grader/tests/test_*.c))
GRADER_LIBRARY := $(call objects,$(GRADER_SOURCES),double)
$(GRADER_TESTS): $(B)/double/grader/tests/test_%: $(B)/double/grader/tests/test_%.o \
		$(GRADER_LIBRARY) $(B)/double/libcommon.a $(ATTACK_WORKERS) $(READ_SUBMISSION)
	$(call say,ld  )$(CC) $(LDFLAGS) $(filter %.o,$^) $(filter %.a,$^) $(LIBS_check) $(LIBS_grader) \
		-larchive $(if $(findstring class,$@),$(LIBS_class)) $(LIBS_common) -o $@
$(B)/double/grader/tests/test_class: $(CLASS_PARTS)
$(B)/double/grader/tests/test_remote_server: | $(W)/double/reference-worker-1
TEST_PROGRAMS += $(GRADER_TESTS)

# Tests of what a room gives, with the reference's modules. PARTS_test_NAME are further sources.
PARTS_test_picture_extractor := assignment3/experiments/picture_extractor.c
PARTS_test_scene_net := $(wildcard common/experiments/*.c) \
	$(addprefix assignment3/experiments/,scene_net.c classifier.c picture_data.c adam.c)
define given_test
$(B)/double/$(1:.c=): $(B)/double/$(1:.c=.o) \
		$(call objects,$(A$2_GIVEN:%=assignment$2/%.c) $(PARTS_$(notdir $(1:.c=))),double) \
		$(A$2_MODULES:%=$(W)/double/solution/grader/reference/assignment$2/%.o) \
		$(CHECK_SHARED) $(B)/double/libcommon.a
	$$(call say,ld  )$(CC) $(LDFLAGS) $$^ $(LIBS_check) $(LIBS_common) -o $$@
TEST_PROGRAMS += $(B)/double/$(1:.c=)

endef
$(foreach n,$(ASSIGNMENTS),$(foreach t,$(wildcard grader/tests/assignment$n/test_*.c),\
	$(eval $(call given_test,$t,$n))))
TEST_SCRIPTS += grader/tests/test-grading grader/tests/test-rooms grader/tests/test-adapters
LONG_TEST_SCRIPTS += grader/release/test-release $(addprefix grader/tests/test-,experiments \
	regrade attacks compilers samples replay other-assignments scarce submissions cache \
	explanations student-commands)
CONFIG_SCRIPTS += $(addprefix grader/tests/test-,grading samples other-assignments submissions \
	explanations)
TEST_NEEDS += $(filter-out $(W)/mistakes-%,$(call graded_with,1))
LONG_TEST_NEEDS += $(ALL_GRADED_WITH) $(REPLAY)
export GRADE
include grader/fuzz/fuzz.mk
