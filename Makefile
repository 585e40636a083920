# SPDX-License-Identifier: BSD-2-Clause
#
#   make            build ./vhostprof
#   make demo       profile a real vhost worker in a virtual machine, from nothing
#   make test       build and run every test
#   make install    PREFIX and DESTDIR are honoured
#   make help       the rest

VERSION := 0.1.0
PREFIX ?= /usr/local
CC ?= cc
CLANG ?= clang
BPFTOOL ?= $(firstword $(wildcard /usr/sbin/bpftool) bpftool)
PKG_CONFIG ?= pkg-config
CFLAGS ?= -O2 -g
V ?= 0
ifeq ($(V),0)
Q := @
endif

BUILD ?= build
PROGRAM ?= vhostprof
ARCH := $(shell uname -m | sed 's/x86_64/x86/;s/aarch64/arm64/')
WARNINGS := -Wall -Wextra -Wshadow -Wformat=2 -Wstrict-prototypes -Werror
COMMON := -std=gnu11 -D_GNU_SOURCE -DVHOSTPROF_VERSION='"$(VERSION)"' -Iinclude -Isrc -MMD -MP $(WARNINGS)
LIBS = $(shell $(PKG_CONFIG) --libs zlib) -lm
LIVE_LIBS = $(shell $(PKG_CONFIG) --libs libbpf libelf zlib)

# The library is everything that needs neither a kernel nor root; the rest is the program's own.
PURE := $(wildcard src/base/*.c src/model/*.c src/analyze/*.c src/render/*.c) \
	$(wildcard src/source/ftrace*.c src/source/input*.c src/source/recfile*.c) \
	$(BUILD)/gen/flamegraph.css.c $(BUILD)/gen/flamegraph.js.c
LIVE := $(filter-out $(PURE),$(wildcard src/source/*.c)) $(wildcard src/cmd/*.c)
SKELETON := $(BUILD)/gen/vhostprof.skel.h

.DEFAULT_GOAL := $(PROGRAM)
.SECONDARY:
.DELETE_ON_ERROR:

$(PROGRAM): $(LIVE:%.c=$(BUILD)/%.o) $(BUILD)/libvhostprof.a
	@echo "  LINK    $@"
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBS) $(LIVE_LIBS)

$(BUILD)/libvhostprof.a: $(PURE:%.c=$(BUILD)/%.o)
	@echo "  AR      $@"
	$(Q)rm -f $@ && $(AR) rcs $@ $^

$(BUILD)/%.o: %.c Makefile
	@echo "  CC      $@"
	$(Q)mkdir -p $(@D) && $(CC) $(COMMON) $(CFLAGS) -I$(BUILD)/gen -c -o $@ $<

$(LIVE:%.c=$(BUILD)/%.o): $(SKELETON)

# A text file as a string: flamegraph.js becomes flamegraph_js[].
$(BUILD)/gen/%.c: src/render/% Makefile
	@echo "  EMBED   $@"
	$(Q)mkdir -p $(@D)
	$(Q){ echo 'extern const char $(subst .,_,$*)[];'; echo 'const char $(subst .,_,$*)[] ='; \
		sed 's/[\\"]/\\&/g; s/.*/"&\\n"/' $<; echo ';'; } > $@

$(SKELETON): $(BUILD)/gen/vhostprof.bpf.o
	@echo "  SKEL    $@"
	$(Q)$(BPFTOOL) gen skeleton $< name vhostprof_bpf > $@

$(BUILD)/gen/vhostprof.bpf.o: bpf/vhostprof.bpf.c $(wildcard bpf/*.h vmlinux/*.h vmlinux/*/*.h include/vhostprof/*) Makefile
	@echo "  BPF     $@"
	$(Q)mkdir -p $(@D) && $(CLANG) -g -O2 -target bpf -mcpu=v3 -D__TARGET_ARCH_$(ARCH) -Wall -Wextra -Werror \
		-Ivmlinux/$(ARCH) -Iinclude -c -o $@ $<

include tests/Makefile

install: vhostprof
	install -D -m 755 vhostprof $(DESTDIR)$(PREFIX)/bin/vhostprof
	install -d $(DESTDIR)$(PREFIX)/share/vhostprof
	install -m 644 docs/*.schema.json $(DESTDIR)$(PREFIX)/share/vhostprof

clean:
	rm -rf $(BUILD) vhostprof

help:
	@sed -n 's/^#   //p' Makefile tests/Makefile

.PHONY: install clean help
-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)
