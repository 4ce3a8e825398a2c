# The site: handouts as pages with set formulas, and demos that run the course's C in a browser.
# Only these targets need the packages of common/site/packages.txt.
SITE := build/site
SITE_MADE := build/site-parts
KATEX ?= /usr/share/javascript/katex
KATEX_FONTS := Main-Regular Math-Italic Size1-Regular Size2-Regular Size3-Regular Size4-Regular
# A demo is a page of its own, and stands in handouts where they say so. It needs solutions.
each_once = $(if $1,$(firstword $1) $(call each_once,$(filter-out $(firstword $1),$1)))
DEMOS := $(call each_once,$(foreach n,$(ASSIGNMENTS),$(foreach d,$(A$n_DEMOS),\
	$(lastword $(subst =, ,$d)))))
SITE_DEMOS := $(if $(wildcard grader/reference),$(DEMOS))
SITE_PAGES := $(if $(wildcard common/site/index.md),index) $(ASSIGNMENTS:%=assignment%) \
	$(SITE_DEMOS)
page_source = $(or $(wildcard common/site/$1.md),$1/README.md)
page_title = $(or $(TITLE_$1),$(subst assignment,Assignment_,$1))
TITLE_index := CS231n_in_C
TITLE_knn := Nearest_neighbours
TITLE_linear := Linear_classifier
TITLE_net := Two-layer_net
TITLE_conv := Convolution
TITLE_attention := Attention

.PHONY: site site-packages
site-packages:
	$(if $(filter skip,$(PACKAGES)),,@common/tools/install-packages $(if $(INSTALLING),,--missing) \
		common/site/packages.txt)

# The pictures and reports of make demo, where that was run, are part of the handouts, and its page
# links to the site.
DEMO_MADE := $(if $(wildcard build/demo/index.html),build/demo)
REPORTS_IN := $(patsubst build/demo/%/report.html,%,$(if $(DEMO_MADE),$(wildcard \
	build/demo/assignment*/reference/report.html build/demo/assignment*/half_done/report.html)))
SITE_REPORTS := $(foreach r,$(REPORTS_IN),$(SITE)/$(subst /,-,$r).html)
site: $(SITE_PAGES:%=$(SITE)/%.html) $(SITE_REPORTS) ## handouts and demos as pages: build/site
	$(if $(and $(DEMO_MADE),$(wildcard $(DEMO_PAGE))),\
		@$(DEMO_PAGE) $(DEMO_MADE) grader/programs/demo.xsl grader/programs/captions.txt >/dev/null)
	@echo 'The site is in $(firstword $^).'

$(foreach r,$(REPORTS_IN),$(eval $(SITE)/$(subst /,-,$r).html: build/demo/$r/report.html))
$(SITE_REPORTS):
	@mkdir -p $(@D) && cp $< $@
$(SITE_MADE)/%/results.xml: common/site/list-results $(DEMO_MADE:%=%/index.html)
	@mkdir -p $(@D)
	@$< build/demo $* grader/programs/captions.txt >$@

# KaTeX's styles without fonts, without sizes other than text and two levels of scripts (6, 3, 1),
# and without braces, arrows and alphabets that we do not use; and each font that our formulas use
# as a style of its own, with the letters that occur in a page. Names of the code in formulas have
# the font of code.
$(SITE_MADE)/katex.css: $(KATEX)/katex.min.css common/site/site.mk
	@mkdir -p $(@D)
	@sed -E -e 's/@font-face\{[^}]*\}//g' \
		-e 's/,\.katex \.sizing\.reset-size(2|4|5|[7-9]|1[01])\.size[0-9]+//g' \
		-e 's/\.katex \.fontsize-ensurer\.reset-size(2|4|5|[7-9]|1[01])\.size[0-9]+\{[^}]*\}//g' \
		-e 's/\.katex \.fontsize-ensurer\.reset-size[0-9]\.size([245]|[7-9]|1[01])[^}]*\}//g' \
		-e 's/[^{}]*\{font-family:KaTeX_(SansSerif|AMS|Caligraphic|Fraktur|Script)[^}]*\}//g' \
		-e 's/[^{}]*\.(cd-|halfarrow-|brace-|angl|[a-z-]*eqn-num|cancel-|sout|boxpad)[^{}]*\{[^}]*\}//g' \
		-e 's/KaTeX_Typewriter/monospace/g' $< >$@
$(SITE_MADE)/letters: $(patsubst %,$(SITE_MADE)/%.xml,$(sort $(SITE_PAGES) $(DEMOS)))
	@cat $^ >$@
$(SITE_MADE)/KaTeX_%: $(SITE_MADE)/letters
	@hb-subset --text-file=$< --no-hinting --output-file=$@.ttf $(KATEX)/fonts/$(@F).ttf
	@woff2_compress $@.ttf >/dev/null 2>&1
	@{ grep -o '@font-face{[^}]*url(fonts/$(@F).woff2)[^}]*}' $(KATEX)/katex.min.css | \
		sed 's/src:[^;]*;//; s/}$$//' && \
		printf ';src:url(data:font/woff2;base64,%s)}' "$$(base64 -w 0 $@.woff2)"; } >$@

# The course's C as WebAssembly, with a worker that a page calls. Only double; no threads, and a
# plain matrix product.
WEB := build/web
WEB_FLAGS := --target=wasm32-wasi -nostdlibinc -idirafter /usr/include/wasm32-wasi -std=c17 \
	-D_GNU_SOURCE -DREAL_IS_DOUBLE -fno-math-errno -fvisibility=hidden -O2 -MMD -MP $(WERROR) \
	-I common/site/web
# -O is no part of it: clang would call wasm-opt, where that is installed.
WEB_LINK := --target=wasm32-wasi -mexec-model=reactor -Wl,--strip-all,--stack-first \
	-Wl,-z,stack-size=262144,--max-memory=268435456
# What needs files, pictures or programs of its own is no part of a page.
WEB_COMMON := $(filter-out %/progress.c %/whole_file.c %/atomic_file.c %/dataset.c %/idx.c \
	%/cifar10.c %/image_data.c %/published_case.c %/vocabulary.c \
	common/pictures/%,$(COMMON_SOURCES)) common/pictures/glyphs.c
WEB_COMMON_OBJECTS := $(WEB_COMMON:%.c=$(WEB)/%.o) $(WEB)/common/site/web/web_worker.o \
	$(WEB)/common/site/web/plain_blas.o $(WEB)/grader/worker/worker_call.o
$(eval $(call stamp,$(WEB)/flags,WEB_FLAGS))
$(WEB)/%.o: %.c $(WEB)/flags | site-packages
	@mkdir -p $(@D)
	$(call say,web )clang $(call room,$<) $(WEB_FLAGS) -c $< -o $@
$(eval $(call stamp,$(WEB)/common-sources,WEB_COMMON))
$(WEB)/libcommon.a: $(WEB_COMMON_OBJECTS) $(WEB)/common-sources
	$(call say,ar  )rm -f $@ && llvm-ar-14 rcs $@ $(filter %.o,$^)

# A module: solutions, what they are linked with, and adapters. A page's has those that its room's
# demos call, of the assignment's functions (build/called) and of the demos' own (build/demos); what
# these do not need is left out by the linker.
$(WEB)/solution/%.o: grader/reference/%.c $(WEB)/flags | site-packages
	@mkdir -p $(@D)
	$(call say,web )clang $(WEB_FLAGS) -DSOLUTION $(ROOM_$(firstword $(subst /, ,$*))) \
		-c $< -o $@
# $(eval $(call web_module,N,NAME,ADAPTERS)): the module NAME of assignment N with these adapters.
define web_module
$(WEB)/$2.wasm: $(A$1_MODULES:%=$(WEB)/solution/assignment$1/%.o) \
		$(A$1_WORKER_PARTS:%=$(WEB)/assignment$1/%.o) $(3:%=$(WEB)/%/adapters.o) $(WEB)/libcommon.a
	$$(call say,link)clang $(WEB_LINK) $$^ -o $$@

endef
called_by = $(sort $(shell grep -ohE '\bcall."[a-z_0-9]+"' assignment$1/demos/*_worker.js | \
	cut -d'"' -f2))
define web_demos
build/demos/assignment$1/adapters.c: assignment$1/demos/operations.txt grader/worker/adapters.awk \
		assignment$1/room.mk
	@mkdir -p $$(@D)
	$$(call say,awk )awk -v assignment=$1 -v headers='$(patsubst %,%.h,$(A$1_MODULES) \
		$(A$1_WORKER_PARTS))' -v declarations=$$(@D)/declarations.c -v out=$$(@D) \
		-f grader/worker/adapters.awk $$< $$<
build/called/assignment$1/adapters.c: grader/assignment$1/operations.txt \
		grader/worker/adapters.awk assignment$1/room.mk $(wildcard assignment$1/demos/*_worker.js)
	@mkdir -p $$(@D)
	$$(call say,awk )awk -v assignment=$1 -v headers='$(patsubst %,%.h,$(A$1_MODULES) \
		$(A$1_WORKER_PARTS))' -v declarations=$$(@D)/declarations.c -v out=$$(@D) \
		-v only=' $$(call called_by,$1) ' -f grader/worker/adapters.awk $$< $$<
$(WEB)/build/demos/assignment$1/adapters.o: assignment$1/demos/calls.inc
$(WEB)/build/called/assignment$1/adapters.o: WEB_FLAGS += -Wno-unused-function

endef
DEMO_ROOMS := $(patsubst assignment%/demos/operations.txt,%,\
	$(wildcard assignment*/demos/operations.txt))
$(foreach n,$(ASSIGNMENTS),$(eval $(call web_module,$n,assignment$n,build/adapters/assignment$n \
	$(if $(filter $n,$(DEMO_ROOMS)),build/demos/assignment$n))))
$(foreach n,$(DEMO_ROOMS),$(eval $(call web_demos,$n)))
$(foreach n,$(DEMO_ROOMS),$(eval $(call web_module,$n,demos$n,\
	build/called/assignment$n build/demos/assignment$n)))

# What a page with demos holds: the module, packed, and the scripts of its thread and of the page.
$(SITE_MADE)/%/module: $(WEB)/%.wasm
	@mkdir -p $(@D)
	@gzip -9 -n <$< | base64 -w 0 >$@
# The names and signatures that the adapters of a module know.
write_operations = mkdir -p $(@D) && cat $(^:adapters.c=declarations.c) | \
	sed -nE 's/^ *DECLARE\("[a-z_0-9]*", "([a-z_0-9]*)", "([^"]*)".*/\1 \2/p' >$@
$(SITE_MADE)/demos%/operations: build/called/assignment%/adapters.c \
		build/demos/assignment%/adapters.c
	@$(write_operations)
$(SITE_MADE)/assignment%/operations: build/declarations/assignment%/declarations.c \
		$$(if $$(filter $$*,$(DEMO_ROOMS)),build/demos/assignment$$*/adapters.c)
	@$(write_operations)
# Scripts go without their comments and indentation.
$(SITE_MADE)/%.js: %.js common/site/site.mk
	@mkdir -p $(@D)
	@sed 's/^ *//; /^\/\//d' $< >$@
DEMO_SCRIPTS := $(wildcard common/site/worker.js common/site/page.js assignment*/demos/*.js)

# $(call write_parts,FILE...): what pages have in common, as XML.
write_parts = { echo '<parts>' && for f in $1; do \
	printf '<part name="%s"><![CDATA[' $$(basename $$f) && cat $$f && echo ']]></part>' || \
	exit 1; done && echo '</parts>'; } >$@
PARTS_EVERYWHERE := common/site/page.css $(SITE_MADE)/katex.css \
	$(KATEX_FONTS:%=$(SITE_MADE)/KaTeX_%)
$(SITE_MADE)/parts.xml: $(PARTS_EVERYWHERE)
	@$(call write_parts,$^)
$(SITE_MADE)/demos%/parts.xml: $(PARTS_EVERYWHERE) $(DEMO_SCRIPTS:%=$(SITE_MADE)/%) \
		$(SITE_MADE)/demos%/module $(SITE_MADE)/demos%/operations
	@$(call write_parts,$^)

# The room whose demos a page holds.
$(foreach n,$(DEMO_ROOMS),$(foreach d,$(A$n_DEMOS),\
	$(eval ROOM_OF_$(lastword $(subst =, ,$d)) := $n)))
page_room = $(or $(ROOM_OF_$1),$(if $(wildcard grader/reference),$(filter $(DEMO_ROOMS),\
	$(patsubst assignment%,%,$1))))
page_parts = $(SITE_MADE)/$(addprefix demos,$(addsuffix /,$(call page_room,$1)))parts.xml

# How make play calls each demo, the last of a room's names for it.
QUESTIONS_OF_DEMOS := $(foreach d,$(DEMOS),$d=$(lastword $(foreach n,$(ASSIGNMENTS),\
	$(patsubst %=$d,%,$(filter %=$d,$(A$n_DEMOS))))))

# $(call make_page,NAME,PARTS,NAME...): the page NAME, with links to those that follow.
make_page = $(call say,page)mkdir -p $(@D) && xsltproc --novalid --nonet --stringparam name $1 \
	--stringparam parts '$(CURDIR)/$2' --stringparam questions '$(QUESTIONS_OF_DEMOS)' \
	--stringparam folder '$(CURDIR)/$(dir $(call page_source,$1))' \
	--stringparam results '$(CURDIR)/$(SITE_MADE)/$1/results.xml' \
	--stringparam pages '$(foreach p,$3,$p=$(call page_title,$p))' \
	-o $@ common/site/page.xsl $(SITE_MADE)/$1.xml

define site_page
$(SITE_MADE)/$1.xml: $(call page_source,$1) common/site/set-formulas.js | site-packages
	@mkdir -p $$(@D)
	@cmark-gfm -e table -t xml $$< | \
		jq -Rrs --arg source $$< '"var page = \(tojson), source = \($$$$source | tojson);"' >$$@.js
	@duk $(KATEX)/katex.min.js $$@.js common/site/set-formulas.js >$$@
$(SITE)/$1.html: $(SITE_MADE)/$1.xml common/site/page.xsl $(call page_parts,$1) \
		$(wildcard assignment*/figures/*.svg) $(if $(filter assignment%,$1),$(SITE_MADE)/$1/results.xml)
	$$(call make_page,$1,$(call page_parts,$1),$(SITE_PAGES))

endef
$(foreach p,$(sort $(SITE_PAGES) $(DEMOS)),$(eval $(call site_page,$p)))
$(SITE_MADE)/katex.css: | site-packages

# The demo on the student's functions. A module that does not compile gives way to its stub; what
# traps in one ends the call.
PLAY := build/play/$(ROOM)
PLAYED := $(patsubst $(WANTED)=%,%,$(filter $(WANTED)=%,$(A$(ASSIGNMENT)_DEMOS)))
PLAY_MODULES := $(PLAY)/$(subst /,_,$(MODULES_DIR))
PLAY_FLAGS = $(WEB_FLAGS) -fsanitize=undefined -fsanitize-trap=undefined $(ROOM_$(ROOM))
$(PLAY_MODULES)/%.o: $(MODULES_DIR)/%.c $(WEB)/flags | site-packages
	@mkdir -p $(@D)
	$(call say,web )clang $(PLAY_FLAGS) -c $< -o $@ || { \
		echo '$(notdir $<) does not compile: its stub stands in for it.' >&2; \
		clang $(PLAY_FLAGS) -c $(MASTERS_IN)/$(ROOM)/$(notdir $<) -o $@ && touch -d @0 $@; }
$(eval $(call stamp,$(PLAY)/modules-dir,MODULES_DIR))
$(PLAY)/module.wasm: $(PLAY)/modules-dir $(MODULES:%=$(PLAY_MODULES)/%.o) \
		$(A$(ASSIGNMENT)_WORKER_PARTS:%=$(WEB)/$(ROOM)/%.o) $(WEB)/build/called/$(ROOM)/adapters.o \
		$(WEB)/build/demos/$(ROOM)/adapters.o $(WEB)/libcommon.a
	@clang $(WEB_LINK) $(filter %.o %.a,$^) -o $@
$(PLAY)/module: $(PLAY)/module.wasm
	@gzip -9 -n <$< | base64 -w 0 >$@
$(PLAY)/parts.xml: $(PARTS_EVERYWHERE) $(DEMO_SCRIPTS:%=$(SITE_MADE)/%) $(PLAY)/module \
		$(SITE_MADE)/demos$(ASSIGNMENT)/operations
	@$(call write_parts,$^)
$(PLAY)/$(PLAYED).html: $(SITE_MADE)/$(PLAYED).xml common/site/page.xsl $(PLAY)/parts.xml
	$(call make_page,$(PLAYED),$(PLAY)/parts.xml,$(PLAYED))

.PHONY: play
play: site-packages ## a demo on your own functions, in the browser: Q=knn
	$(if $(PLAYED),,$(error Q=$(Q): there are demos for $(strip $(foreach d,$(A$(ASSIGNMENT)_DEMOS),\
		$(firstword $(subst =, ,$d))))))
	+@$(MAKE) --no-print-directory PACKAGES=skip $(if $(V),,-s) $(PLAY)/$(PLAYED).html
	@echo 'Open $(PLAY)/$(PLAYED).html; after an edit, make play again and reload the page.'

# The tests need a browser, from .ci/packages.txt; only authors have them. What they compare has two
# native builds: with a page's plain product, and with OpenBLAS.
ifneq ($(wildcard common/site/tests),)
same_numbers = build/workers/double/same-numbers-assignment$1
openblas_numbers = build/workers/double/openblas-numbers-assignment$1
# $(call native_program,FILE,N,OBJECTS,LIBRARIES)
define native_program
$1: $(addprefix $(W)/double/,common/site/tests/same_numbers.o \
		common/site/web/web_worker.o $3 grader/worker/worker_call.o \
		build/adapters/assignment$2/adapters.o $(A$2_WORKER_PARTS:%=assignment$2/%.o) \
		$(if $(filter $2,$(DEMO_ROOMS)),build/demos/assignment$2/adapters.o) \
		$(A$2_MODULES:%=solution/grader/reference/assignment$2/%.o) libcommon.a)
	$$(call say,ld  )gcc -pthread $$^ -ljansson -lpng -lz $4 -lm -o $$@

endef
$(foreach n,$(ASSIGNMENTS),\
	$(eval $(call native_program,$(call same_numbers,$n),$n,common/site/web/plain_blas.o))\
	$(eval $(call native_program,$(call openblas_numbers,$n),$n,,-lopenblas)))

.PHONY: test-site
TEST_SITE_NEEDS := $(foreach n,$(ASSIGNMENTS),$(call same_numbers,$n) $(call openblas_numbers,$n) \
	$(addprefix $(SITE_MADE)/assignment$n/,module operations))
test-site: site $(TEST_SITE_NEEDS) | ci-packages ## try the site in a browser, Chromium
	@common/tools/run-tests build/site-tests common/site/tests/test-site \
		common/site/tests/test-same-numbers
endif
