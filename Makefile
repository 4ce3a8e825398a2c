# The front door. `make help` lists what there is; each room adds its own part in its room.mk.
#
#   CONFIG=release|asan|coverage   which flags; objects of each lie in their own folder below build/
#   CC=gcc|clang                   which compiler; give CONFIG another name with it: CONFIG=clang
#
# Every C file is built twice, for real = double and for real = float.
.DEFAULT_GOAL := help
SHELL := /bin/bash
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules

CC := gcc
CONFIG ?= release
B := build/$(CONFIG)
WERROR ?=

FLAGS_release := -O2 -g
FLAGS_clang := -O2 -g
FLAGS_asan := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer
FLAGS_coverage := -O0 -g --coverage
CFLAGS := -std=c17 -D_GNU_SOURCE -pthread -MMD -MP $(FLAGS_$(CONFIG)) $(WERROR)
LDFLAGS := -pthread $(FLAGS_$(CONFIG))

# Two sets of warnings: ours, and the one that a student meets.
WARN_OURS := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes \
	-Wmissing-prototypes -Wcast-qual -Wvla -Wundef -Wwrite-strings -Wformat=2
WARN_STUDENT := -Wall -Wextra -Wshadow -Wvla -Wmissing-prototypes

# Who may include whom. The first folder of a file's path picks its set; the compiler keeps the rule.
ROOM_common := -iquote common $(WARN_OURS)
ROOM_assignment1 := -iquote common -iquote assignment1 $(WARN_STUDENT)
ROOM_grader := -iquote common -iquote assignment1 -iquote grader $(WARN_OURS) -I/usr/include/libxml2
room = $(ROOM_$(firstword $(subst /, ,$1)))

LIBS_common := -lopenblas -lpng -lz -ljansson -lm
LIBS_check := -lcheck -lsubunit -lrt

objects = $(patsubst %.c,$(B)/$2/%.o,$1)

$(B)/double/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -DREAL_IS_DOUBLE $(call room,$<) -c $< -o $@

$(B)/float/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(call room,$<) -c $< -o $@

include common/room.mk assignment1/room.mk
-include grader/room.mk

.PHONY: help
help: ## this list
	@awk -F':.*## ' '/^[a-z0-9-]+:.*## / { printf "  %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: clean
clean: ## remove everything that was built
	rm -rf build

-include $(shell find $(B) -name '*.d' 2>/dev/null)
