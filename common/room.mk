# common: what a student stands on.
COMMON_SOURCES := $(wildcard $(COMMON:%=%/*.c))
$(eval $(call stamp,$(B)/common-sources,COMMON_SOURCES))
COMMON_TESTS := $(wildcard common/tests/test_*.c)

$(B)/double/libcommon.a: $(call objects,$(COMMON_SOURCES),double)
$(B)/float/libcommon.a: $(call objects,$(COMMON_SOURCES),float)
$(B)/%/libcommon.a: $(B)/common-sources
	$(call say,ar  )rm -f $@ && ar rcs $@ $(filter %.o,$^)

# Each common/tests/test_NAME.c is a Check program of its own, built in both precisions.
COMMON_TEST_PROGRAMS := $(foreach p,double float,$(patsubst %.c,$(B)/$p/%,$(COMMON_TESTS)))
$(B)/double/common/tests/test_%: $(B)/double/common/tests/test_%.o $(B)/double/libcommon.a
	$(call say,ld  )$(CC) $(LDFLAGS) $^ $(LIBS_check) $(LIBS_common) -o $@
$(B)/float/common/tests/test_%: $(B)/float/common/tests/test_%.o $(B)/float/libcommon.a
	$(call say,ld  )$(CC) $(LDFLAGS) $^ $(LIBS_check) $(LIBS_common) -o $@

TEST_PROGRAMS += $(COMMON_TEST_PROGRAMS)
TEST_SCRIPTS += common/tools/test-openblas-core
LONG_TEST_SCRIPTS += common/tools/test-build
