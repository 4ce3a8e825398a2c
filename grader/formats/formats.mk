# Results in other programs' formats.
DRAW := $(B)/double/grader/draw
$(DRAW): $(call objects,$(GRADER_SOURCES),double) $(B)/double/grader/draw.o $(B)/double/libcommon.a
	$(call say,ld  )$(CC) $(LDFLAGS) $^ $(LIBS_grader) $(LIBS_common) -o $@

FORMAT ?= html
AUDIENCE ?= student
.PHONY: report autograder
report: $(DRAW) ## a result for others: FORMAT=gradescope RESULT=FILE OUT=FILE AUDIENCE=student
	@DRAW=$(DRAW) grader/formats/convert '$(FORMAT)' '$(RESULT)' '$(OUT)' '$(AUDIENCE)'

autograder: ## Gradescope's autograder.zip of what is committed here, to OUT=DIR
	@mkdir -p '$(or $(OUT),build/gradescope)'
	@git archive --format=zip --add-file=grader/formats/gradescope/setup.sh \
		--add-file=grader/formats/gradescope/run_autograder \
		-o '$(or $(OUT),build/gradescope)/autograder.zip' HEAD
	@echo '$(or $(OUT),build/gradescope)/autograder.zip'

TEST_SCRIPTS += grader/formats/test-formats
TEST_NEEDS += $(DRAW)
