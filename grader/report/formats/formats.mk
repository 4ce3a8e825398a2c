# Results in other programs' formats.
RENDER := $(B)/double/grader/render
$(RENDER): $(call objects,$(GRADER_SOURCES) grader/programs/render.c,double) \
		$(B)/double/libcommon.a
	$(call say,ld  )$(CC) $(LDFLAGS) $^ $(LIBS_grader) $(LIBS_common) -o $@

.PHONY: report autograder
report: $(RENDER) ## convert a result: FORMAT=gradescope RESULT=FILE OUT=FILE AUDIENCE=student
	@RENDER=$(RENDER) grader/report/formats/convert "$${FORMAT:-html}" "$$RESULT" "$$OUT" \
		"$${AUDIENCE:-student}"

autograder: ## write Gradescope's autograder.zip of the committed tree to OUT=DIR: SEED=, AUDIENCE=
	@out=$${OUT:-build/gradescope} && mkdir -p "$$out" && \
		key=$$(od -An -N 32 -t x1 /dev/urandom | tr -d ' \n') && \
		printf '%s\n' 'ASSIGNMENT=$(ASSIGNMENT)' "SEED=$$SEED" "SEED_KEY=$$key" \
			"AUDIENCE=$${AUDIENCE:-student}" >"$$out/settings.sh" && \
		git archive --format=zip --add-file=grader/report/formats/gradescope/setup.sh \
			--add-file=grader/report/formats/gradescope/run_autograder --add-file="$$out/settings.sh" \
			-o "$$out/autograder.zip" HEAD && rm "$$out/settings.sh" && echo "$$out/autograder.zip"

LONG_TEST_SCRIPTS += grader/report/formats/test-formats
CONFIG_SCRIPTS += grader/report/formats/test-formats
LONG_TEST_NEEDS += $(RENDER)
