# One source for every question: the masters, the stubs that students get and the reference solution.
#
# unifdef's -x 2 makes 0 its exit status when lines were removed.
A1_MASTERS := $(patsubst %,grader/reference/assignment1/%.c,$(A1_MODULES))
stub_view := unifdef -x 2 -B -USOLUTION
solution_view := unifdef -x 2 -B -DSOLUTION

.PHONY: stubs
stubs: ## write the students' stubs from the masters; FORCE=1 overwrites what was edited
	@for m in $(A1_MODULES); do \
		stub=assignment1/$$m.c; new=build/stub.c; \
		mkdir -p build && $(stub_view) -o $$new grader/reference/assignment1/$$m.c || exit 1; \
		if cmp -s $$new $$stub; then continue; fi; \
		if [ -e $$stub ] && [ -z "$(FORCE)" ] && \
			! { git ls-files --error-unmatch $$stub && git diff --quiet HEAD -- $$stub; } >/dev/null 2>&1; then \
			echo "$$stub was edited: commit it or take it back first, or FORCE=1 overwrites it"; \
			exit 1; \
		fi; \
		mv $$new $$stub && echo "  stub  $$stub"; \
	done

.PHONY: stubs-check
stubs-check: ## check that the committed stubs are what the masters give
	@mkdir -p build; failed=0; \
	for m in $(A1_MODULES); do \
		master=grader/reference/assignment1/$$m.c; \
		$(stub_view) -o build/stub.c $$master && $(solution_view) -o build/solution.c $$master || exit 1; \
		cmp build/stub.c assignment1/$$m.c || failed=1; \
		if grep -l SOLUTION build/stub.c build/solution.c; then \
			echo "$$master: SOLUTION is left in a view"; failed=1; \
		fi; \
		for view in build/stub.c build/solution.c; do \
			clang-format $$view | cmp -s - $$view || \
				{ echo "$$master: $$view is not as clang-format writes it"; failed=1; }; \
		done; \
	done; exit $$failed

.PHONY: reference
REFERENCE_OUT = $(or $(OUT),build/reference/assignment$(ASSIGNMENT))
reference: ## write the reference solution into OUT (build/reference/assignmentN)
	@mkdir -p '$(REFERENCE_OUT)'
	@for m in $(A1_MODULES); do \
		$(solution_view) -o '$(REFERENCE_OUT)'/$$m.c grader/reference/assignment1/$$m.c || exit 1; \
	done
	@echo "  the reference solution is in $(REFERENCE_OUT)"
