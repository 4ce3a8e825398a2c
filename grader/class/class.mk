# A class: many submissions, one book.
#
#   SUBMISSIONS=DIR BOOK=DIR ROSTER=FILE DUE=MOMENT JOBS=N SEED=S ENGINE=slurm LATE=FILE
CLASS := $(B)/double/grader/class-grading
CLASS_PARTS := $(call objects,$(filter-out %/class.c,$(wildcard grader/class/*.c)),double)
LIBS_class := -lsqlite3 -lcsv -lyaml -larchive
$(CLASS): $(B)/double/grader/class/class.o $(CLASS_PARTS) $(call objects,$(GRADER_SOURCES),double) \
		$(B)/double/libcommon.a
	$(call say,ld  )$(CC) $(LDFLAGS) $^ $(LIBS_class) $(LIBS_grader) $(LIBS_common) -o $@

class_options = --book="$$BOOK" $(if $(OUT),--out="$$OUT") $(if $(NAMES),--names)
# A cluster runs as many as it likes, unless JOBS is given.
class_engine = --engine=$(or $(ENGINE),local) \
	$(if $(filter slurm-file,$(ENGINE)-$(origin JOBS)),,--jobs='$(JOBS)')
.PHONY: class name-mistake mistake-from regrade class-status class-report class-similar gradebook
class: $(GRADER_READY) $(CLASS) ## grade a class: SUBMISSIONS=DIR BOOK=DIR ROSTER=FILE DUE=MOMENT
	@$(CLASS) grade --assignment=$(ASSIGNMENT) $(class_options) --grader=$(GRADE) $(class_engine) \
		$(if $(SUBMISSIONS),--submissions="$$SUBMISSIONS") $(if $(SEED),--seed="$$SEED") \
		$(if $(ROSTER),--roster="$$ROSTER") $(if $(DUE),--due="$$DUE") \
		$(if $(LATE),--late="$$LATE")

regrade: $(GRADER_READY) $(CLASS) ## grade BOOK=DIR anew: who would move; ACCEPT=1 makes it count
	@$(CLASS) regrade --assignment=$(ASSIGNMENT) $(class_options) --grader=$(GRADE) \
		$(class_engine) $(if $(ACCEPT),--accept)

class-status: $(CLASS) ## how far the class of BOOK=DIR is, what is running, what failed and why
	@$(CLASS) status $(class_options)

class-report: $(CLASS) ## the class's page and its students' pages from BOOK=DIR; NAMES=1 names them
	@$(CLASS) report $(class_options)

class-similar: $(GRADER_READY) $(CLASS) ## which of BOOK=DIR are more alike than the class: OUT=FILE
	@$(CLASS) similar $(class_options) --grader=$(GRADE)

name-mistake: $(CLASS) ## what those in GROUP= of the class's page read from now on: SENTENCE=
	@$(CLASS) name --book="$$BOOK" --group="$$GROUP" --sentence="$$SENTENCE"

mistake-from: $(GRADER_READY) ## make a known mistake of a student's: STUDENT= Q= MISTAKE=
	@grader/class/mistake-from $(GRADE) "$$BOOK" "$$STUDENT" '$(Q)' "$$MISTAKE" "$$SENTENCE"

gradebook: $(CLASS) ## points from BOOK=DIR: FORMAT=canvas|moodle|gradescope|nbgrader|... OUT=FILE
	@$(CLASS) gradebook $(class_options) $(if $(FORMAT),--format="$$FORMAT") \
		$(if $(COLUMN),--column="$$COLUMN")

LONG_TEST_SCRIPTS += grader/tests/test-class grader/tests/test-class-slurm
LONG_TEST_NEEDS += $(CLASS)
