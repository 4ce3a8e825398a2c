# How fast: the reference's modules in float, as its worker has them.
BENCH := $(W)/float/bench
$(BENCH): $(patsubst %.c,$(W)/float/%.o,$(wildcard grader/bench/*.c) \
		assignment1/two_layer_net_model.c) \
		$(A1_MODULES:%=$(W)/float/solution/grader/reference/assignment1/%.o) $(W)/float/libcommon.a
	$(call say,ld  )gcc -pthread $^ $(LIBS_common) -o $@

.PHONY: bench
bench: $(BENCH) ## time the reference's work on 1 and 2 threads: OUT=build/bench.json, ITEMS=knn
	@$(BENCH) --out='$(or $(OUT),build/bench.json)' --items='$(ITEMS)'
