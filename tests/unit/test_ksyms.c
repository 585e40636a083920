// SPDX-License-Identifier: BSD-2-Clause
/*
 * What the kernel says of its functions: symbols, BTF, code. Not part of the library: compiled in from
 * its source.
 */
#include "unit.h"

#include "source/doctor_config.c"
#include "source/kbtf.c"
#include "source/kcode.c"
#include "source/ksyms.c"

static void parse(struct ksyms *ksyms, const char *text)
{
	FILE *file = fmemopen((void *)text, strlen(text), "r");

	assert_non_null(file);
	assert_int_equal(ksyms_parse(ksyms, file), 0);
	fclose(file);
}

static void assert_clones(const struct ksyms *ksyms, const char *symbol, const char *expected)
{
	char names[128] = "";
	unsigned count = ksyms_clones(ksyms, symbol, names, sizeof(names));

	assert_string_equal(names, expected);
	assert_int_equal(count == 0, !*expected);
}

static void clones(void **unused)
{
	struct ksyms ksyms;

	(void)unused;
	parse(&ksyms, "ffffffff81000000 T eventfd_signal_mask\n"
		      "ffffffff81000100 t __pfx_handle_tx\n"
		      "ffffffffc0001000 t handle_tx\t[vhost_net]\n"
		      "ffffffffc0001100 t handle_tx.cold\t[vhost_net]\n"
		      "ffffffffc0001200 t get_tx_bufs.constprop.0\t[vhost_net]\n"
		      "ffffffffc0001300 t get_tx_bufs.constprop.1\t[vhost_net]\n"
		      "ffffffffc0001400 t vhost_poll_start.part.0\t[vhost]\n"
		      "ffffffffc0001500 t vhost_poll_start\t[vhost]\n"
		      "ffffffffc0001600 t vhost_notify.part.0\t[vhost]\n"
		      "ffffffffc0001700 t handle_rx\t[somebody_else]\n"
		      "ffffffffc0001800 d handle_rx_net\t[vhost_net]\n");
	assert_clones(&ksyms, "eventfd_signal_mask", "eventfd_signal_mask");
	assert_clones(&ksyms, "handle_tx", "handle_tx");
	assert_clones(&ksyms, "get_tx_bufs", "get_tx_bufs.constprop.0 get_tx_bufs.constprop.1");
	assert_clones(&ksyms, "vhost_poll_start", "vhost_poll_start");
	assert_clones(&ksyms, "vhost_notify", "vhost_notify.part.0");
	assert_clones(&ksyms, "handle_rx", "");
	assert_clones(&ksyms, "handle_rx_net", "");
	assert_string_equal(ksyms_find(&ksyms, "handle_tx")->module, "vhost_net");
	assert_null(ksyms_find(&ksyms, "get_tx_bufs"));
	ksyms_free(&ksyms);
}

static void exports(void **unused)
{
	struct ksyms ksyms;

	(void)unused;
	parse(&ksyms, "ffffffffc0001000 t vhost_signal\t[vhost]\n"
		      "ffffffffc0001100 T vhost_add_used\t[vhost]\n"
		      "ffffffffc0001200 t handle_tx_copy\t[vhost_net]\n"
		      "ffffffffc0002000 r __ksymtab_vhost_signal\t[vhost]\n");
	assert_true(ksyms_find(&ksyms, "vhost_signal")->exported);
	assert_true(ksyms_find(&ksyms, "vhost_add_used")->exported);
	assert_false(ksyms_find(&ksyms, "handle_tx_copy")->exported);
	ksyms_free(&ksyms);
}

static void where_code_ends(void **unused)
{
	struct ksyms ksyms;

	(void)unused;
	parse(&ksyms, "ffffffffc0001800 t vhost_signal\t[vhost]\n"
		      "ffffffffc0001000 t anything\t[vhost]\n"
		      "ffffffffc0003000 r table\t[vhost]\n"
		      "ffffffffc0002000 t begin\t[other]\n"
		      "ffffffffc0009000 t handle_tx\t[vhost_net]\n");
	assert_int_equal(ksyms.text[KTEXT_VHOST].start, 0xffffffffc0001000);
	assert_int_equal(ksyms.text[KTEXT_VHOST].end, 0xffffffffc0002000);
	assert_int_equal(ksyms.text[KTEXT_VHOST_NET].end, 0xffffffffc0009000 + TEXT_MOST_BYTES);
	ksyms_free(&ksyms);
}

static void no_symbols(void **unused)
{
	struct ksyms ksyms;
	char text[] = "ffffffff81000000 T schedule\n", bad[] = "what is this\n";
	FILE *file = fmemopen(text, strlen(text), "r");

	(void)unused;
	assert_int_equal(ksyms_parse(&ksyms, file), -ENODATA);
	fclose(file);
	file = fmemopen(bad, strlen(bad), "r");
	assert_int_equal(ksyms_parse(&ksyms, file), -EPROTO);
	fclose(file);
}

static void calls(void **unused)
{
	/* call 0x1020; jmp 0x1030; je 0x1040; lea 0x1050; mov $0x1060 */
	unsigned char code[] = {0xe8, 0x1b, 0,	  0,	0,    0xe9, 0x26, 0,	0,    0,
				0x0f, 0x84, 0x30, 0,	0,    0,    0x48, 0x8d, 0x3d, 0x39,
				0,    0,    0,	  0x48, 0xc7, 0xc7, 0x60, 0x10, 0,    0};
	struct kcode kcode = {.parts = {{.address = 0x1000, .bytes = sizeof(code), .code = code}}};

	(void)unused;
	assert_true(kcode_calls(&kcode, 0x1020));
	assert_true(kcode_calls(&kcode, 0x1030));
	assert_true(kcode_calls(&kcode, 0x1040));
	assert_false(kcode_calls(&kcode, 0x1050));
	assert_false(kcode_calls(&kcode, 0x1060));
	assert_false(kcode_calls(&kcode, 0x1000));
}

/* BTF by hand: a header, types, names. */
struct by_hand {
	struct btf_header header;
	struct btf_type types[2];
	struct btf_param params[2];
	struct btf_type function;
	char names[16];
};

static char *make(uint32_t first_string, uint32_t name, uint32_t proto)
{
	struct by_hand *made = calloc(1, sizeof(*made));
	uint32_t types = offsetof(struct by_hand, names) - sizeof(struct btf_header);

	made->header = (struct btf_header){
		.magic = BTF_MAGIC,
		.version = 1,
		.hdr_len = sizeof(struct btf_header),
		.type_len = types,
		.str_off = types,
		.str_len = sizeof(made->names),
	};
	made->types[0] = (struct btf_type){.info = BTF_KIND_PTR << 24};
	made->types[1] = (struct btf_type){.info = BTF_KIND_FUNC_PROTO << 24 | 2};
	made->function =
		(struct btf_type){.name_off = name, .info = BTF_KIND_FUNC << 24, .type = proto};
	memcpy(made->names, first_string ? "\0handle_rx" : "\0handle_tx", 11);
	return (char *)made;
}

static void functions_in_btf(void **unused)
{
	struct kbtf base, module;
	struct kbtf_function found;

	(void)unused;
	assert_int_equal(kbtf_parse(&base, make(0, 1, 2), sizeof(struct by_hand), NULL), 0);
	assert_int_equal(kbtf_find(&base, "handle_tx", &found), 0);
	assert_int_equal(found.id, 3);
	assert_int_equal(found.nargs, 2);
	assert_int_equal(kbtf_find(&base, "handle_rx", &found), -ENOENT);

	assert_int_equal(kbtf_parse(&module, make(16, 17, 5), sizeof(struct by_hand), &base), 0);
	assert_int_equal(kbtf_find(&module, "handle_rx", &found), 0);
	assert_int_equal(found.id, 6);
	assert_int_equal(found.nargs, 2);
	kbtf_free(&module);

	/* A module's function whose name the kernel proper has, too. */
	assert_int_equal(kbtf_parse(&module, make(16, 1, 5), sizeof(struct by_hand), &base), 0);
	assert_int_equal(kbtf_find(&module, "handle_tx", &found), 0);
	kbtf_free(&module);
	kbtf_free(&base);
}

static void bad_btf(void **unused)
{
	struct by_hand *made = (struct by_hand *)make(0, 1, 2);
	struct kbtf btf;

	(void)unused;
	assert_int_equal(kbtf_parse(&btf, (char *)made, 20, NULL), -EPROTO);
	assert_int_equal(kbtf_parse(&btf, (char *)made, sizeof(*made) - 1, NULL), -EPROTO);
	made->function.info = 31u << 24;
	assert_int_equal(kbtf_parse(&btf, (char *)made, sizeof(*made), NULL), -EPROTO);
	made->names[15] = 'x';
	assert_int_equal(kbtf_parse(&btf, (char *)made, sizeof(*made), NULL), -EPROTO);
	free(made);
}

static void kernel_configuration(void **unused)
{
	struct doctor_config config;

	(void)unused;
	doctor_config_parse(&config, "CONFIG_BPF_SYSCALL=y\nCONFIG_KPROBES=y\n"
				     "# CONFIG_KPROBE_EVENTS is not set\nCONFIG_PERF_EVENTS=y\n"
				     "CONFIG_DEBUG_INFO_BTF=y\nCONFIG_BPF_JIT=y\n"
				     "CONFIG_DYNAMIC_FTRACE_WITH_DIRECT_CALLS=y\n"
				     "CONFIG_DEBUG_INFO_BTF_MODULES=yes\nXCONFIG_KALLSYMS=y");
	assert_string_equal(config.needed, "CONFIG_KPROBE_EVENTS");
	assert_string_equal(config.wished, "CONFIG_DEBUG_INFO_BTF_MODULES CONFIG_KALLSYMS");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(clones),	   cmocka_unit_test(exports),
		cmocka_unit_test(where_code_ends), cmocka_unit_test(no_symbols),
		cmocka_unit_test(calls),	   cmocka_unit_test(functions_in_btf),
		cmocka_unit_test(bad_btf),	   cmocka_unit_test(kernel_configuration),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
