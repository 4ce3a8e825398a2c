# fuzz: what the grader reads that a stranger wrote, and the signatures that it is told.
#
# Each grader/fuzz/fuzz_NAME.c is a libFuzzer program, as those of common/fuzz.mk, linked with all
# of the grader.
GRADER_FUZZERS := $(patsubst %.c,$(B)/double/%,$(wildcard grader/fuzz/fuzz_*.c))
FUZZ_PARTS := $(call objects,grader/fuzz/stand_in.c grader/intake/submission_reader.c,double)
$(GRADER_FUZZERS): %: %.o $(FUZZ_PARTS) $(GRADER_LIBRARY) $(FUZZED_COMMON)
	$(call say,ld  )$(CC) $(LDFLAGS) -fsanitize=fuzzer $^ $(LIBS_grader) -larchive $(LIBS_common) -o $@

run-fuzzers: $(GRADER_FUZZERS:%=%.run)
$(B)/double/grader/fuzz/fuzz_%.run: $(B)/double/grader/fuzz/fuzz_%
	$(run_fuzzer)
