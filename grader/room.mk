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
stub_objects = $(patsubst %,$(W)/$1/grader/reference/assignment1/%.o,$(A1_MODULES))
$(BASE)/stamp: $(foreach v,$(W_VARIANTS),$(call stub_objects,$v) $(W)/$v/libcommon.a \
		$(W)/$v/grader/worker.o $(W)/$v/grader/assignment1/operations.o) \
		$(wildcard common/*.h assignment1/*.h)
	$(call say,base)rm -rf $(@D) && mkdir -p $(@D)/keep $(@D)/course/common $(@D)/course/assignment1
	@cp common/*.h $(@D)/course/common && cp assignment1/*.h $(@D)/course/assignment1
	@for v in $(W_VARIANTS); do \
		mkdir -p $(@D)/objects/$$v && cp $(W)/$$v/libcommon.a $(W)/$$v/grader/worker.o \
			$(W)/$$v/grader/assignment1/operations.o $(@D)/objects/$$v/ || exit 1; \
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
GRADER_MAINS := grader/worker.c grader/grade.c grader/prove.c grader/demo.c
GRADER_SOURCES := $(filter-out $(GRADER_MAINS),$(wildcard grader/*.c)) \
	$(filter-out %/operations.c,$(wildcard grader/assignment1/*.c))
LIBS_grader := -larchive -lseccomp -lnettle -lxslt -lxml2
GRADE := $(B)/double/grader/grade
$(GRADE): $(call objects,$(GRADER_SOURCES),double) $(B)/double/grader/grade.o \
		$(B)/double/libcommon.a
	$(call say,ld  )$(CC) $(LDFLAGS) $^ $(LIBS_grader) $(LIBS_common) -o $@

PROVE := $(B)/double/grader/prove
$(PROVE): $(call objects,$(GRADER_SOURCES),double) $(B)/double/grader/prove.o \
		$(B)/double/libcommon.a
	$(call say,ld  )$(CC) $(LDFLAGS) $^ $(LIBS_grader) $(LIBS_common) -o $@

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
$(MISTAKE_WORKERS)/%/worker: $(MISTAKE_OBJECTS) $(W)/double/libcommon.a
	@gcc -std=c17 -D_GNU_SOURCE -DREAL_IS_DOUBLE -O1 $(ROOM_master) -w -c $(@D)/*.c -o $(@D)/module.o
	@gcc -fuse-ld=gold -pthread $(@D)/module.o $(filter-out %/$(basename $(notdir \
		$(wildcard $(@D)/*.c))).o,$(MISTAKE_OBJECTS)) $(W)/double/libcommon.a \
		-lopenblas -lpng -lz -lm -o $@

GRADER_READY := $(MISTAKE_READY) $(GRADE) $(BASE)/stamp \
	$(foreach p,double float,$(W)/$p/reference-worker-1)

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
TEST_SCRIPTS += grader/tests/test-grading
TEST_NEEDS += $(GRADER_READY)
export GRADE
