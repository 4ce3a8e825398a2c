# fuzz: the readers of data files.
#
# Each common/fuzz/fuzz_NAME.c is a libFuzzer program, built with CONFIG=fuzz.
# It needs the floors up to data; to build the layers, too, would take longer than to fuzz.
COMMON_FUZZERS := $(patsubst %.c,$(B)/double/%,$(wildcard common/fuzz/fuzz_*.c))
FUZZED_COMMON := $(call objects,$(wildcard $(foreach r,base tensor data,common/$r/*.c)),double)
$(COMMON_FUZZERS): %: %.o $(FUZZED_COMMON)
	$(call say,ld  )$(CC) $(LDFLAGS) -fsanitize=fuzzer $^ $(LIBS_common) -o $@

# The seeds must hold, then new inputs are tried; what breaks a reader is left in build/fuzz. Other
# rooms have fuzzers, too: each a prerequisite of run-fuzzers, run by this recipe.
FUZZ_SECONDS ?= 5
define run_fuzzer
	@mkdir -p build/fuzz/$*
	$(call say,fuzz)$< -max_total_time=$(FUZZ_SECONDS) -max_len=65536 -rss_limit_mb=2048 \
		-artifact_prefix=build/fuzz/$*- build/fuzz/$* $(@D:$(B)/double/%=%)/seeds/$* 2>&1 | \
		tee $@.log | grep -E 'ERROR|SUMMARY|DONE|runtime error|Test unit written' && \
		grep -q '^Done ' $@.log
endef
.PHONY: fuzz run-fuzzers
fuzz: | ci-packages ## fuzz the readers of files and the grader, FUZZ_SECONDS=5 each
	+@$(MAKE) --no-print-directory $(jobs) CONFIG=fuzz run-fuzzers
run-fuzzers: $(COMMON_FUZZERS:%=%.run)
$(B)/double/common/fuzz/fuzz_%.run: $(B)/double/common/fuzz/fuzz_%
	$(run_fuzzer)
