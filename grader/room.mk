# grader: how a submission is built and graded. What only instructors and authors have is in
# author.mk; a student's tree lacks it, and then only published cases are graded.
#
# Workers are built by fixed rules, below build/workers, whatever CONFIG says: they are the grader's
# own rules for a submission (build-tools/), applied to our sources.
W := build/workers

W_FLAGS := -std=c17 -D_GNU_SOURCE -pthread -MMD -MP -g1 $(WERROR)
W_FLAGS_double := -O3 -DREAL_IS_DOUBLE
W_FLAGS_float := -O3
W_FLAGS_sanitized := -O1 -DREAL_IS_DOUBLE -fsanitize=address,undefined -fno-omit-frame-pointer
W_VARIANTS := double float sanitized

# Masters, which are stubs unless SOLUTION is defined, are compiled as a student's modules are. A
# student's tree has the stubs themselves.
MASTERS := $(firstword $(wildcard grader/reference/assignment1 grader/stubs/assignment1))
ROOM_master := $(ROOM_assignment1)
worker_room = $(if $(findstring $(MASTERS),$1),$(ROOM_master),$(call room,$1))

define worker_rules
$(W)/$1/%.o: %.c
	@mkdir -p $$(@D)
	$$(call say,cc  )gcc $$(W_FLAGS) $$(W_FLAGS_$1) $$(call worker_room,$$<) -c $$< -o $$@

$(W)/$1/libcommon.a: $(patsubst %.c,$(W)/$1/%.o,$(COMMON_SOURCES))
	$$(call say,ar  )rm -f $$@ && ar rcs $$@ $$^
endef
$(foreach v,$(W_VARIANTS),$(eval $(call worker_rules,$v)))

# What a submission is linked with: worker, operations, weak stubs; and which symbols it may show.
BASE := $(W)/grader-base/assignment1
remote_objects = $(W)/$1/grader/remote.o $(W)/$1/grader/assignment1/remote_layers.o
stub_objects = $(patsubst %,$(W)/$1/$(MASTERS)/%.o,$(A1_MODULES))
$(BASE)/stamp: $(foreach v,$(W_VARIANTS),$(call stub_objects,$v) $(W)/$v/libcommon.a \
		$(W)/$v/grader/worker.o $(W)/$v/grader/assignment1/operations.o $(call remote_objects,$v)) \
		$(wildcard common/*.h assignment1/*.h) grader/room.mk
	$(call say,base)rm -rf $(@D) && mkdir -p $(@D)/keep $(@D)/course/common $(@D)/course/assignment1
	@cp common/*.h $(@D)/course/common && cp assignment1/*.h $(@D)/course/assignment1
	@for v in $(W_VARIANTS); do \
		mkdir -p $(@D)/objects/$$v && cp $(W)/$$v/libcommon.a $(W)/$$v/grader/worker.o \
			$(W)/$$v/grader/assignment1/operations.o $(@D)/objects/$$v/ || exit 1; \
		mkdir $(@D)/objects/$$v/remote && \
			cp $(W)/$$v/grader/remote.o $(@D)/objects/$$v/remote/ && \
			cp $(W)/$$v/grader/assignment1/remote_layers.o $(@D)/objects/$$v/remote/layers.o || exit 1; \
		for m in $(A1_MODULES); do \
			objcopy --weaken $(W)/$$v/$(MASTERS)/$$m.o \
				$(@D)/objects/$$v/stub-$$m.o || exit 1; \
		done; \
	done
	@for m in $(A1_MODULES); do \
		nm -g --defined-only --format=just-symbols $(W)/double/$(MASTERS)/$$m.o \
			> $(@D)/keep/$$m.symbols || exit 1; \
	done
	@gcc -static -fuse-ld=gold -pthread $(@D)/objects/double/*.o $(@D)/objects/double/libcommon.a \
		-lopenblas -lpng -lz -lm -o $(@D)/probe-worker
	@touch $@

# The grading program: trusted, always in double.
GRADER_MAINS := $(patsubst %,grader/%.c,worker remote grade prove mutate replay demo draw \
	empty_worker)
GRADER_SOURCES := $(filter-out $(GRADER_MAINS),$(wildcard grader/*.c)) \
	$(filter-out %/operations.c %/remote_layers.c,$(wildcard grader/assignment1/*.c))
LIBS_grader := -larchive -lseccomp -lnettle -lxslt -lxml2
GRADE := $(B)/double/grader/grade
$(GRADE): $(call objects,$(GRADER_SOURCES),double) $(B)/double/grader/grade.o \
		$(B)/double/libcommon.a
	$(call say,ld  )$(CC) $(LDFLAGS) $^ $(LIBS_grader) $(LIBS_common) -o $@

REPLAY := $(B)/double/grader/replay
$(REPLAY): $(call objects,$(GRADER_SOURCES),double) $(B)/double/grader/replay.o \
		$(B)/double/libcommon.a
	$(call say,ld  )$(CC) $(LDFLAGS) $^ $(LIBS_grader) $(LIBS_common) -o $@

GRADER_READY := $(GRADE) $(BASE)/stamp
-include grader/author.mk

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

.PHONY: grader
grader: $(GRADER_READY) ## build the grader

.PHONY: grade
grade: $(GRADER_READY) ## grade one submission: SUBMISSION=DIR or archive, SEED=S, OUT=DIR
	@$(GRADE) --assignment=$(ASSIGNMENT) $(if $(SUBMISSION),--submission='$(SUBMISSION)') \
		$(if $(SEED),--seed='$(SEED)') $(if $(OUT),--out='$(OUT)') $(GRADE_OPTIONS)

.PHONY: doctor
doctor: $(GRADER_READY) ## say which sandbox layers this machine offers
	@$(GRADE) --doctor
