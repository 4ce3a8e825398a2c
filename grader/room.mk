# grader: how a submission is built and graded. What only instructors and authors have is in
# author.mk; a student's tree lacks it, and then only published cases are graded, of the student's
# own code, without a sandbox (unboxed/).
#
# Workers are built by fixed rules, below build/workers, whatever CONFIG says: they are the grader's
# own rules for a submission (build-tools/), applied to our sources.
W := build/workers
AUTHOR := $(wildcard grader/author.mk)

W_FLAGS := -std=c17 -fno-math-errno -D_GNU_SOURCE '-ffile-prefix-map=$(CURDIR)=.' -pthread \
	-MMD -MP -g1 $(WERROR)
W_FLAGS_float := -O3
W_FLAGS_double := $(W_FLAGS_float) -DREAL_IS_DOUBLE
W_FLAGS_sanitized := -O1 -DREAL_IS_DOUBLE -fsanitize=address,undefined -fno-omit-frame-pointer
# Published cases, all that a student's tree has, run in double only.
W_VARIANTS := double $(if $(AUTHOR),float sanitized)

W_FLAGS_USED = $(filter-out $(WERROR),$(W_FLAGS)) \
	$(foreach v,double float sanitized,$(W_FLAGS_$v)) $(ALL_ROOMS)
$(eval $(call stamp,$(W)/flags,W_FLAGS_USED))
$(eval $(call stamp,$(W)/common-sources,COMMON_SOURCES))

# Masters, which are stubs unless SOLUTION is defined, are compiled as a student's modules are. A
# student's tree has the stubs themselves.
MASTERS_IN := $(firstword $(wildcard grader/reference grader/stubs))
worker_room = $(if $(findstring $(MASTERS_IN),$1),$(ROOM_$(master_of)),$(call room,$1))
master_of = $(lastword $(call folders,$1))

define worker_rules
$(W)/$1/%.o: %.c $(W)/flags
	@mkdir -p $$(@D)
	$$(call say,cc  )gcc $$(W_FLAGS) $$(W_FLAGS_$1) $$(call worker_room,$$<) -c $$< -o $$@

$(W)/$1/libcommon.a: $(patsubst %.c,$(W)/$1/%.o,$(COMMON_SOURCES)) $(W)/common-sources
	$$(call say,ar  )rm -f $$@ && ar rcs $$@ $$(filter %.o,$$^)
endef
$(foreach v,$(W_VARIANTS),$(eval $(call worker_rules,$v)))

# With CONFIG=release, which has the same flags, the library is compiled once for both.
define shared_rule
$(COMMON_SOURCES:%.c=$(B)/$1/%.o): $(B)/$1/%.o: $(W)/$1/%.o $(B)/flags
	@mkdir -p $$(@D) && cp $$< $$@

endef
ifeq ($(sort $(CC) $(CFLAGS)),$(sort gcc $(W_FLAGS) $(W_FLAGS_float)))
$(foreach v,$(filter-out sanitized,$(W_VARIANTS)),$(eval $(call shared_rule,$v)))
endif

# An assignment's operations are listed once; from the list the C of both sides is made: what the
# grader knows of them, and how a worker calls them.
GRADED := $(patsubst grader/assignment%/operations.txt,%,$(wildcard \
	grader/assignment*/operations.txt))
parts_of = $(sort $(shell sed -n 's/^composite .* of //p' grader/assignment$1/operations.txt))
remote_sources = $(patsubst %,build/adapters/assignment$1/remote_%.c,$(call parts_of,$1))
define made_of_operations
build/adapters/assignment$1/adapters.c: grader/assignment$1/operations.txt \
		grader/worker/adapters.awk assignment$1/room.mk
	@mkdir -p $$(@D) build/declarations/assignment$1
	$$(call say,awk )awk -v assignment=$1 \
		-v headers='$(patsubst %,%.h,$(A$1_MODULES) $(A$1_WORKER_PARTS))' \
		-v declarations=build/declarations/assignment$1/declarations.c -v out=$$(@D) \
		-f grader/worker/adapters.awk $$< $$< || \
		{ rm -f build/declarations/assignment$1/declarations.c; exit 1; }
build/declarations/assignment$1/declarations.c $(call remote_sources,$1): \
	build/adapters/assignment$1/adapters.c ;

endef
$(foreach n,$(GRADED),$(eval $(call made_of_operations,$n)))

# What the library calls of OpenBLAS, linked together once: linking a submission's workers from the
# archive, which has kernels for every processor, would take three times as long. Nobody unwinds its
# stack, and a linker would take as long again to read how that is done. Nobody multiplies complex
# numbers: zeros stand for their kernels, more than half of all, in the tables.
BLAS := $(W)/openblas.o
$(BLAS): $(addprefix $(W)/,$(addsuffix /libcommon.a,$(filter-out sanitized,$(W_VARIANTS))))
	$(call say,ld  ){ echo '.section .note.GNU-stack,"",%progbits'; \
		nm -A -u "$$(gcc -print-file-name=libopenblas.a)" 2>/dev/null | grep setparam | \
		sed -nE 's/.* ([cz][a-z0-9]+_.*_[A-Z0-9]+)$$/.globl \1\n.set \1, 0/p' | sort -u; } | \
		gcc -c -x assembler - -o $@.zeros
	@gcc -r -nostdlib -static -o $@ $@.zeros -lopenblas \
		$$(nm -u --format=just-symbols $^ | sed -nE 's/^((c|open)blas_.*)/-Wl,-u,\1/p' | sort -u)
	@objcopy --strip-debug --remove-section=.eh_frame $@

# What a submission of assignment % is linked with: worker, operations, weak stubs, the room's given
# sources; and which symbols it may show. A pattern rule gets the objects of its assignment by a
# second expansion: from here on what has two dollars in a rule's prerequisites is read once more,
# when make knows what % is.
.SECONDEXPANSION:
BASE := $(W)/grader-base
worker_objects = $(patsubst %,$(W)/$1/%.o,grader/worker/worker grader/worker/worker_call \
	build/adapters/assignment$2/adapters)
remote_objects = $(patsubst %.c,$(W)/$1/%.o,grader/worker/remote.c $(call remote_sources,$2) \
	$(wildcard grader/assignment$2/worker/remote_*.c))
stub_objects = $(A$2_MODULES:%=$(W)/$1/$(MASTERS_IN)/assignment$2/%.o)
given_objects = $(A$2_WORKER_PARTS:%=$(W)/$1/assignment$2/%.o)
$(BASE)/assignment%/stamp: $$(foreach v,$(W_VARIANTS),$$(call stub_objects,$$v,$$*) \
		$(W)/$$v/libcommon.a $$(call worker_objects,$$v,$$*) $$(call remote_objects,$$v,$$*) \
		$$(call given_objects,$$v,$$*)) $(BLAS) \
		$(wildcard $(COMMON:%=%/*.h)) $$(wildcard assignment$$*/*.h) grader/room.mk \
		grader/intake/build-tools/join-base
	$(call say,base)rm -rf $(@D) && mkdir -p $(@D)/keep $(@D)/course/common $(@D)/course/assignment$*
	@cp $(COMMON:%=%/*.h) $(@D)/course/common && cp assignment$*/*.h $(@D)/course/assignment$*
	@$(foreach v,$(W_VARIANTS),mkdir -p $(@D)/objects/$v/remote && \
		cp $(W)/$v/libcommon.a $(call worker_objects,$v,$*) $(call given_objects,$v,$*) \
			$(@D)/objects/$v/ && \
		cp $(call remote_objects,$v,$*) $(@D)/objects/$v/remote/ && \
		for o in $(call stub_objects,$v,$*); do \
			objcopy --weaken $$o $(@D)/objects/$v/stub-$${o##*/} || exit 1; \
		done &&) true
	@$(foreach v,$(filter-out sanitized,$(W_VARIANTS)),\
		ln $(BLAS) $(@D)/objects/$v/openblas.linked || cp $(BLAS) $(@D)/objects/$v/openblas.linked;)
	@for o in $(call stub_objects,double,$*); do \
		name=$${o##*/}; nm -g --defined-only --format=just-symbols $$o \
			> $(@D)/keep/$${name%.o}.symbols || exit 1; \
	done
	@$(foreach m,$(A$*_MODULES),for p in $(A$*_WITHOUT_$m); do echo "^$$p"; done \
		>$(@D)/keep/$m.without;)
	@cat $(@D)/keep/*.without | sort -u >$(@D)/keep/apart.without
	@for v in $(W_VARIANTS); do \
		grader/intake/build-tools/join-base $(@D)/objects/$$v $(@D)/keep/apart.without || exit 1; \
	done
	@gcc -static -pthread $(@D)/objects/double/base.o $(@D)/objects/double/libcommon.a \
		$(BLAS) -lopenblas -lpng -lz -lm -o $(@D)/probe-worker
	@[ ! -d $(@D)/objects/sanitized ] || gcc -fsanitize=address,undefined -pthread \
		$(@D)/objects/sanitized/base.o $(@D)/objects/sanitized/libcommon.a -lopenblas -lpng -lz -lm \
		-o $(@D)/probe-worker-sanitized
	@touch $@

# The grading programs, one an assignment, with its cases: trusted, always in double.
GRADER_SOURCES := $(filter-out %/read_submission.c %/submission_reader.c,$(wildcard $(patsubst \
	%,grader/%/*.c,sandbox intake cases explain report $(if $(AUTHOR),,unboxed)))) \
	grader/programs/course_options.c
case_sources = build/declarations/assignment$1/declarations.c $(call judge_parts,$1) \
	$(wildcard grader/assignment$1/cases/*.c)
LIBS_grader := $(if $(AUTHOR),-lseccomp -lnettle -lxslt -lxml2)
grader_programs = $(foreach n,$(GRADED),$(B)/double/grader/$1-$n)
define grading_program
$(call grader_programs,$1): $(B)/double/grader/$1-%: $(B)/double/grader/programs/$1.o \
		$(call objects,$(GRADER_SOURCES),double) $$$$(call objects,$$$$(call case_sources,$$$$*),double) \
		$(B)/double/libcommon.a
	$$(call say,ld  )$(CC) $(LDFLAGS) $$^ $(LIBS_grader) $(LIBS_common) -o $$@

endef
$(eval $(call grading_program,grade))
$(eval $(call grading_program,replay))
GRADE := $(B)/double/grader/grade-$(ASSIGNMENT)
GRADING := $(GRADE) $(if $(AUTHOR),,--unsafe)
REPLAY := $(B)/double/grader/replay-$(ASSIGNMENT)

# What grading an assignment needs; author.mk adds to it.
graded_with = $(B)/double/grader/grade-$1 $(BASE)/assignment$1/stamp $(call author_graded_with,$1)
-include grader/author.mk
GRADER_READY := $(call graded_with,$(ASSIGNMENT))
build_now = $(MAKE) --no-print-directory $(if $(V),,-s) $(jobs) PACKAGES=skip $(GRADER_READY)

# A submission built to be looked into: with CONFIG=debug or asan, stubs for what was not handed in
# or does not compile. It is a folder of its own, whatever its name is.
REPLAY_WORKER := $(B)/replay/$(ROOM)/worker
REPLAYED := $(B)/replay/$(ROOM)/modules
REPLAY_MODULES := $(MODULES:%=$(REPLAYED)/%.o)
$(REPLAY_MODULES): $(REPLAYED)/%.o: $(REPLAYED)/%.c
	@$(CC) $(CFLAGS) -DREAL_IS_DOUBLE $(ROOM_$(ROOM)) -c $< -o $@
$(REPLAY_WORKER): $(foreach m,$(MODULES),$(firstword $(wildcard $(REPLAYED)/$m.o) \
		$(B)/double/$(ROOM)/$m.o)) $(call objects,grader/worker/worker.c grader/worker/worker_call.c \
		build/adapters/$(ROOM)/adapters.c $(A$(ASSIGNMENT)_WORKER_PARTS:%=$(ROOM)/%.c),double) \
		$(B)/double/libcommon.a
	@mkdir -p $(@D)
	$(call say,ld  )$(CC) $(LDFLAGS) $^ $(LIBS_common) -o $@

.PHONY: replay replay-modules replay-worker
replay-modules: $(wildcard $(REPLAY_MODULES:.o=.c))
	+@$(MAKE) --no-print-directory -s -k $(^:.c=.o) || echo 'stubs stand in for what does not compile'
replay-worker: $(REPLAY_WORKER)
replay_config := $(if $(ASAN),asan,debug)
replay_tool := $(if $(ASAN),none,$(if $(VALGRIND),valgrind,gdb))
replay: ## a failed call in gdb: CASE=, SEED=, VALGRIND=1, ASAN=1, SAVE=
	+@$(build_now) $(REPLAY)
	@rm -rf build/$(replay_config)/replay/$(ROOM)/modules
	@$(GRADING) --submission="$${SUBMISSION:-$(ROOM)}" \
		--unpack=build/$(replay_config)/replay/$(ROOM)/modules
	$(if $(SUBMISSION),@echo 'replay runs this code as yourself: there is no sandbox' >&2)
	+@$(MAKE) --no-print-directory -s CONFIG=$(replay_config) replay-modules
	+@$(MAKE) --no-print-directory -s $(jobs) CONFIG=$(replay_config) replay-worker
	@$(REPLAY) --case="$$CASE" $(if $(SEED),--seed="$$SEED") --tool=$(replay_tool) \
		$(if $(SAVE),--save="$$SAVE") $(if $(SMALLEST),--smallest) \
		--worker='build/$(replay_config)/replay/$(ROOM)/worker'

.PHONY: grader
grader: ## build the grader
	+@$(build_now)

.PHONY: grade
grade: grader ## grade your modules, or SUBMISSION=PATH: SEED=S, OUT=DIR
	@$(GRADING) $(if $(SUBMISSION),--submission="$$SUBMISSION") \
		$(if $(SEED),--seed="$$SEED") $(if $(OUT),--out="$$OUT") $(GRADE_OPTIONS)
