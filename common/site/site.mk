# The site: handouts as pages with set formulas, and demos that run the course's C in a browser.
# Only these targets need the packages of common/site/packages.txt.
SITE := build/site
SITE_MADE := build/site-parts
KATEX ?= /usr/share/javascript/katex
KATEX_FONTS := Main-Regular Math-Italic Typewriter-Regular Size1-Regular Size2-Regular \
	Size3-Regular Size4-Regular
SITE_DEMOS := $(patsubst common/site/%.md,%,$(filter-out %/index.md,$(wildcard common/site/*.md)))
SITE_PAGES := $(if $(wildcard common/site/index.md),index) $(ASSIGNMENTS:%=assignment%) \
	$(SITE_DEMOS)
page_source = $(or $(wildcard common/site/$1.md),$1/README.md)
page_title = $(or $(TITLE_$1),$(subst assignment,Assignment_,$1))
TITLE_index := CS231n_in_C
TITLE_knn := Nearest_neighbours
TITLE_linear := Linear_classifier

.PHONY: site site-packages
site-packages:
	$(if $(filter skip,$(PACKAGES)),,@common/tools/install-packages $(if $(INSTALLING),,--missing) \
		common/site/packages.txt)

site: $(SITE_PAGES:%=$(SITE)/%.html) ## handouts and demos as pages: build/site/index.html
	@echo 'The site is in $(SITE)/index.html.'

# KaTeX's styles, with the fonts that our formulas use inside them and without the others.
$(SITE_MADE)/katex.css: $(KATEX)/katex.min.css common/site/site.mk
	@mkdir -p $(@D)
	@cp $< $@.new && for f in $(KATEX_FONTS); do \
		printf 's|src:url(fonts/KaTeX_%s.woff2)[^;}]*|src:url(data:font/woff2;base64,%s)|\n' $$f \
			"$$(base64 -w 0 $(KATEX)/fonts/KaTeX_$$f.woff2)" >$@.sed && \
		sed -i -f $@.sed $@.new || exit 1; done
	@sed 's/@font-face{[^}]*url(fonts[^}]*}//g' $@.new >$@ && rm -f $@.new $@.sed

# What pages have in common, as an XML file.
SITE_PARTS := common/site/page.css $(SITE_MADE)/katex.css
$(SITE_MADE)/parts.xml: $(SITE_PARTS)
	@mkdir -p $(@D)
	@{ echo '<parts>' && for f in $^; do printf '<part name="%s"><![CDATA[' $${f##*/} && \
		cat $$f && echo ']]></part>' || exit 1; done && echo '</parts>'; } >$@

define site_page
$(SITE)/$1.html: $(call page_source,$1) common/site/page.xsl common/site/set-formulas.js \
		$(SITE_MADE)/parts.xml | site-packages
	$$(call say,page)mkdir -p $$(@D) && cmark-gfm -e table -t xml $$< | \
		jq -Rrs --arg source $$< '"var page = \(tojson), source = \($$$$source | tojson);"' \
		>$(SITE_MADE)/$1.js && \
	duk $(KATEX)/katex.min.js $(SITE_MADE)/$1.js common/site/set-formulas.js \
		>$(SITE_MADE)/$1.xml && \
	xsltproc --novalid --nonet --stringparam parts '$$(CURDIR)/$(SITE_MADE)/parts.xml' \
		--stringparam name $1 \
		--stringparam pages '$(foreach p,$(SITE_PAGES),$p=$(call page_title,$p))' \
		-o $$@ common/site/page.xsl $(SITE_MADE)/$1.xml

endef
$(foreach p,$(SITE_PAGES),$(eval $(call site_page,$p)))
$(SITE_MADE)/katex.css: | site-packages
