# A class: many submissions, one book.
#
#   SUBMISSIONS=DIR BOOK=DIR ROSTER=FILE DUE=MOMENT JOBS=N SEED=S ENGINE=slurm
CLASS := $(B)/double/grader/class-grading
CLASS_PARTS := $(call objects,$(filter-out %/class.c,$(wildcard grader/class/*.c)),double)
LIBS_class := -lsqlite3 -lcsv -lyaml
$(CLASS): $(B)/double/grader/class/class.o $(CLASS_PARTS) $(call objects,$(GRADER_SOURCES),double) \
		$(B)/double/libcommon.a
	$(call say,ld  )$(CC) $(LDFLAGS) $^ $(LIBS_class) $(LIBS_grader) $(LIBS_common) -o $@

class_options = --book="$$BOOK" $(if $(OUT),--out="$$OUT") $(if $(NAMES),--names)
# A cluster runs as many as it likes, unless JOBS is given.
class_engine = --engine=$(or $(ENGINE),local) \
	$(if $(filter slurm,$(ENGINE)),$(if $(filter file,$(origin JOBS)),,--jobs='$(JOBS)'),--jobs='$(JOBS)')
.PHONY: class name-mistake regrade class-status class-report gradebook
class: $(GRADER_READY) $(CLASS) ## grade a class: SUBMISSIONS=DIR BOOK=DIR ROSTER=FILE DUE=MOMENT
	@$(CLASS) grade --assignment=$(ASSIGNMENT) $(class_options) --grader=$(GRADE) $(class_engine) \
		$(if $(SUBMISSIONS),--submissions="$$SUBMISSIONS") $(if $(SEED),--seed="$$SEED") \
		$(if $(ROSTER),--roster="$$ROSTER") $(if $(DUE),--due="$$DUE")

regrade: $(GRADER_READY) $(CLASS) ## grade BOOK=DIR anew: who would move; ACCEPT=1 makes it count
	@$(CLASS) regrade --assignment=$(ASSIGNMENT) $(class_options) --grader=$(GRADE) \
		$(class_engine) $(if $(ACCEPT),--accept)

class-status: $(CLASS) ## how far the class of BOOK=DIR is, what is running, what failed and why
	@$(CLASS) status $(class_options)

class-report: $(CLASS) ## the class's page and its students' pages from BOOK=DIR; NAMES=1 names them
	@$(CLASS) report $(class_options)

name-mistake: $(CLASS) ## what those in GROUP= of the class's page read from now on: SENTENCE=
	@$(CLASS) name --book="$$BOOK" --group="$$GROUP" --sentence="$$SENTENCE"

gradebook: $(CLASS) ## points from BOOK=DIR: FORMAT=canvas|moodle|gradescope|nbgrader|... OUT=FILE
	@$(CLASS) gradebook $(class_options) $(if $(FORMAT),--format="$$FORMAT") \
		$(if $(COLUMN),--column="$$COLUMN")

LONG_TEST_SCRIPTS += grader/tests/test-class grader/tests/test-class-slurm
LONG_TEST_NEEDS += $(CLASS)
