# How fast: the reference's modules in float, as its worker has them. AN_BENCH_PARTS are sources of
# room N that the items need besides.
A3_BENCH_PARTS := experiments/adam
bench_sources = $(wildcard grader/bench/*.c grader/bench/assignment$1/*.c) \
	$(A$1_GIVEN:%=assignment$1/%.c) $(A$1_BENCH_PARTS:%=assignment$1/%.c)
bench_objects = $(patsubst %.c,$(W)/float/%.o,$(call bench_sources,$1)) \
	$(A$1_MODULES:%=$(W)/float/solution/grader/reference/assignment$1/%.o)
BENCH := $(W)/float/bench-$(ASSIGNMENT)
$(W)/float/bench-%: $$(call bench_objects,$$*) $(W)/float/libcommon.a
	$(call say,ld  )gcc -pthread $^ $(LIBS_common) -o $@

.PHONY: bench
bench: $(BENCH) ## time the reference's work on 1 and 2 threads: OUT=build/bench.json, ITEMS=knn
	@$(BENCH) --out="$${OUT:-build/bench.json}" --items="$$ITEMS"
