# common: what a student stands on.
COMMON_SOURCES := $(wildcard common/*.c)
COMMON_TESTS := $(wildcard common/tests/test_*.c)

$(B)/double/libcommon.a: $(call objects,$(COMMON_SOURCES),double)
$(B)/float/libcommon.a: $(call objects,$(COMMON_SOURCES),float)
$(B)/%/libcommon.a:
	$(call say,ar  )rm -f $@ && ar rcs $@ $^

# Each common/tests/test_NAME.c is a Check program of its own, built in both precisions.
COMMON_TEST_PROGRAMS := $(foreach p,double float,$(patsubst %.c,$(B)/$p/%,$(COMMON_TESTS)))
$(B)/double/common/tests/test_%: $(B)/double/common/tests/test_%.o $(B)/double/libcommon.a
	$(call say,ld  )$(CC) $(LDFLAGS) $^ $(LIBS_check) $(LIBS_common) -o $@
$(B)/float/common/tests/test_%: $(B)/float/common/tests/test_%.o $(B)/float/libcommon.a
	$(call say,ld  )$(CC) $(LDFLAGS) $^ $(LIBS_check) $(LIBS_common) -o $@

TEST_PROGRAMS += $(COMMON_TEST_PROGRAMS)
TEST_SCRIPTS_ONCE += common/tools/test-openblas-core

# Each common/fuzz/fuzz_NAME.c is a libFuzzer program, built with CONFIG=fuzz.
COMMON_FUZZERS := $(patsubst %.c,$(B)/double/%,$(wildcard common/fuzz/fuzz_*.c))
$(COMMON_FUZZERS): %: %.o $(B)/double/libcommon.a
	$(call say,ld  )$(CC) $(LDFLAGS) -fsanitize=fuzzer $^ $(LIBS_common) -o $@

# The seeds must hold, then new inputs are tried; what breaks a reader is left in build/fuzz.
FUZZ_SECONDS ?= 5
.PHONY: fuzz run-fuzzers
fuzz: | ci-packages ## fuzz the readers of files, FUZZ_SECONDS=5 each
	+@$(MAKE) --no-print-directory $(jobs) CONFIG=fuzz run-fuzzers
run-fuzzers: $(COMMON_FUZZERS:%=%.run)
$(B)/double/common/fuzz/fuzz_%.run: $(B)/double/common/fuzz/fuzz_%
	@mkdir -p build/fuzz/$*
	$(call say,fuzz)$< -max_total_time=$(FUZZ_SECONDS) -max_len=65536 -rss_limit_mb=2048 \
		-artifact_prefix=build/fuzz/$*- build/fuzz/$* common/fuzz/seeds/$* 2>&1 | \
		tee $@.log | grep -E 'ERROR|SUMMARY|DONE|runtime error|Test unit written' && \
		grep -q '^Done ' $@.log
