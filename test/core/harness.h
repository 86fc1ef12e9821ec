/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

#ifndef _ICE_CORE_HARNESS_H_
#define _ICE_CORE_HARNESS_H_

/**
 * @file
 * Tiny test harness of the device core: a fake guest memory with bounds, fake
 * time, a recorder of MSI-X messages and of transmitted frames, and AdminQ
 * helpers. One test file is one program: include this, write TEST(name) {...}
 * bodies, end with HARNESS_MAIN.
 *
 * One environment, `E`, exists per test. The runner closes it afterwards and
 * fails a test that left contract breaches behind unless the test announced
 * them with E.breaches_expected.
 */

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ice_core.h"
#include "ice_mp_aq.h"
#include "ice_mp_desc.h"
#include "ice_mp_ext.h"
#include "ice_mp_regs.h"

#define ENV_MEM_BASE	0x100000ull
#ifndef ENV_MEM_SIZE		/* a program may set its own before this file */
#define ENV_MEM_SIZE	(24u << 20)
#endif
#define ENV_MAX_TX	4096
#define ENV_AQ_LEN	32
#define ENV_AQ_BUF	4096

struct env_frame {
	uint8_t lport;
	size_t len;
	uint8_t *data;
};

struct env {
	struct ice_core *core;
	uint8_t *mem;		/* guest memory at ENV_MEM_BASE */
	size_t mem_used;
	uint64_t now;
	uint64_t deadline;
	uint64_t msix[2048];	/* messages per vector since open/clear */
	uint64_t msix_total;	/* those of VFs are counted apart */
	struct {
		uint64_t lo, hi;	/* the memory that its DMA reaches */
		uint64_t msix[32];
	} vf[256];
	struct env_frame tx[ENV_MAX_TX];
	unsigned int nb_tx;
	bool tx_refuse[ICE_CORE_MAX_PORTS];
	unsigned int rx_ready[ICE_CORE_MAX_PORTS];
	unsigned int kicks, removes;
	bool map;		/* offer dma_map */
	bool cut_off;		/* no function is a bus master */
	uint64_t dma_errors;
	bool breaches_expected;
	/* AdminQ as a driver keeps it */
	uint64_t atq, arq, atq_buf, arq_buf;
	unsigned int atq_next, arq_next;
	struct ice_core_ops ops;
};

static struct env E;
static const char *test_name;
static bool test_failed;
static char test_reason[2048];	/* the first one */

static inline void __attribute__((format(printf, 3, 4), unused))
test_fail(const char *file, int line, const char *fmt, ...)
{
	char text[sizeof(test_reason)];
	const char *base = strrchr(file, '/');
	va_list ap;
	int n;

	n = snprintf(text, sizeof(text), "%s:%d: ", base != NULL ? base + 1 : file, line);
	va_start(ap, fmt);
	vsnprintf(text + n, sizeof(text) - n, fmt, ap);
	va_end(ap);
	printf("%s: %s\n", test_name, text);
	if (!test_failed)
		memcpy(test_reason, text, sizeof(text));
	test_failed = true;
}

/** Fail the test and leave the calling void function. */
#define CHECK(cond) do { \
	if (!(cond)) { \
		test_fail(__FILE__, __LINE__, "not true: %s", #cond); \
		return; \
	} } while (0)
#define CHECK_EQ(a, b) do { \
	unsigned long long a_ = (unsigned long long)(a), b_ = (unsigned long long)(b); \
	if (a_ != b_) { \
		test_fail(__FILE__, __LINE__, "%s is 0x%llx, not %s = 0x%llx", \
			  #a, a_, #b, b_); \
		return; \
	} } while (0)
/** Leave too when a helper that uses CHECK failed. */
#define DO(call) do { call; if (test_failed) return; } while (0)

static inline void * __attribute__((unused))
env_ptr(uint64_t addr, size_t len)
{
	if (addr < ENV_MEM_BASE || len > ENV_MEM_SIZE ||
	    addr - ENV_MEM_BASE > ENV_MEM_SIZE - len)
		return NULL;
	return E.mem + (addr - ENV_MEM_BASE);
}

/** Guest memory from the arena, zeroed, never freed before env_close(). */
static inline uint64_t __attribute__((unused))
env_alloc(size_t len, size_t align)
{
	size_t at = (E.mem_used + align - 1) / align * align;

	if (at + len > ENV_MEM_SIZE) {
		fprintf(stderr, "harness: arena exhausted\n");
		abort();
	}
	E.mem_used = at + len;
	memset(E.mem + at, 0, len);
	return ENV_MEM_BASE + at;
}

/* Memory as function fn sees it. */
static inline void *
env_fn_ptr(uint16_t fn, uint64_t addr, size_t len)
{
	if (fn != ICE_CORE_FN_PF && (fn > 256 || addr < E.vf[fn - 1].lo ||
				     addr > E.vf[fn - 1].hi || len > E.vf[fn - 1].hi - addr))
		return NULL;
	return env_ptr(addr, len);
}

static int
env_op_read(void *o, uint16_t fn, uint64_t addr, void *buf, size_t len)
{
	void *p = env_fn_ptr(fn, addr, len);

	(void)o;
	if (p == NULL) {
		E.dma_errors++;
		return -1;
	}
	memcpy(buf, p, len);
	return 0;
}

static int
env_op_write(void *o, uint16_t fn, uint64_t addr, const void *buf, size_t len)
{
	void *p = env_fn_ptr(fn, addr, len);

	(void)o;
	if (p == NULL) {
		E.dma_errors++;
		return -1;
	}
	memcpy(p, buf, len);
	return 0;
}

static void *
env_op_map(void *o, uint16_t fn, uint64_t addr, size_t *len, bool write)
{
	(void)o;
	(void)write;
	return E.map ? env_fn_ptr(fn, addr, *len) : NULL;
}

static void
env_op_unmap(void *o, uint16_t fn, void *ptr, size_t len, bool write, size_t used)
{
	(void)o;
	(void)fn;
	(void)ptr;
	(void)len;
	(void)write;
	(void)used;
}

static void
env_op_msix(void *o, uint16_t fn, uint16_t vec)
{
	(void)o;
	if (fn != ICE_CORE_FN_PF) {
		if (fn > 256 || vec >= 17)
			test_fail(__FILE__, __LINE__, "vector %u of function %u", vec, fn);
		else
			E.vf[fn - 1].msix[vec]++;
		return;
	}
	if (vec < 2048)
		E.msix[vec]++;
	E.msix_total++;
}

static bool
env_op_tx(void *o, uint8_t lport, const struct ice_core_iov *iov, unsigned int n, size_t len)
{
	struct env_frame *f;
	unsigned int i;
	size_t at = 0;

	(void)o;
	if (lport >= ICE_CORE_MAX_PORTS || E.tx_refuse[lport] || E.nb_tx == ENV_MAX_TX)
		return false;
	f = &E.tx[E.nb_tx++];
	f->lport = lport;
	f->len = len;
	f->data = malloc(len ? len : 1);
	if (f->data == NULL)
		abort();
	for (i = 0; i < n; i++) {
		if (at + iov[i].len > len) {
			fprintf(stderr, "harness: iov longer than len\n");
			abort();
		}
		memcpy(f->data + at, iov[i].base, iov[i].len);
		at += iov[i].len;
	}
	if (at != len) {
		fprintf(stderr, "harness: iov shorter than len\n");
		abort();
	}
	return true;
}

static void
env_op_rx_ready(void *o, uint8_t lport)
{
	(void)o;
	if (lport < ICE_CORE_MAX_PORTS)
		E.rx_ready[lport]++;
}

static uint64_t
env_op_now(void *o)
{
	(void)o;
	return E.now;
}

static void
env_op_timer(void *o, uint64_t deadline)
{
	(void)o;
	E.deadline = deadline;
}

static void
env_op_kick(void *o)
{
	(void)o;
	E.kicks++;
}

static void
env_op_remove(void *o)
{
	(void)o;
	E.removes++;
}

static bool
env_op_bus_master(void *o, uint16_t fn)
{
	(void)o;
	(void)fn;
	return !E.cut_off;
}

static inline void __attribute__((unused))
env_clear_tx(void)
{
	while (E.nb_tx > 0)
		free(E.tx[--E.nb_tx].data);
}

static inline void __attribute__((unused))
env_clear_msix(void)
{
	unsigned int i;

	memset(E.msix, 0, sizeof(E.msix));
	E.msix_total = 0;
	for (i = 0; i < 256; i++)
		memset(E.vf[i].msix, 0, sizeof(E.vf[i].msix));
}

/** Open a device of `ports` ports with backends up, and of `vfs` VFs, none of
 * which exists yet; with VFs, queues and vectors are the device's defaults.
 * MACs 02:1c:e0:00:00:<n>. */
static inline void __attribute__((unused))
env_open_vfs(unsigned int ports, unsigned int vfs)
{
	struct ice_core_cfg cfg = { .nb_ports = (uint8_t)ports, .nb_vfs = (uint16_t)vfs,
				    .nb_queues = vfs > 0 ? 0 : 64,
				    .nb_vectors = vfs > 0 ? 0 : 65 };
	char err[128] = "";
	unsigned int i;

	for (i = 0; i < ICE_CORE_MAX_PORTS; i++) {
		static const uint8_t base[6] = { 0x02, 0x1c, 0xe0, 0, 0, 0 };

		memcpy(cfg.mac[i], base, 6);
		cfg.mac[i][5] = (uint8_t)i;
	}
	E.mem = calloc(1, ENV_MEM_SIZE);
	if (E.mem == NULL)
		abort();
	E.now = 1000000000;
	E.deadline = UINT64_MAX;
	E.map = true;
	E.ops = (struct ice_core_ops){
		.dma_read = env_op_read, .dma_write = env_op_write,
		.dma_map = env_op_map, .dma_unmap = env_op_unmap,
		.msix = env_op_msix, .tx = env_op_tx, .rx_ready = env_op_rx_ready,
		.now_ns = env_op_now, .timer = env_op_timer, .kick = env_op_kick,
		.remove = env_op_remove, .bus_master = env_op_bus_master,
	};
	E.core = ice_core_create(&cfg, &E.ops, &E, err, sizeof(err));
	if (E.core == NULL) {
		test_fail(__FILE__, __LINE__, "create: %s", err);
		return;
	}
	for (i = 0; i < ports; i++)
		ice_core_set_backend(E.core, (uint8_t)i, true, true);
}

static inline void __attribute__((unused))
env_open(unsigned int ports)
{
	env_open_vfs(ports, 0);
}

static inline void __attribute__((unused))
env_close(void)
{
	env_clear_tx();
	ice_core_destroy(E.core);
	free(E.mem);
	memset(&E, 0, sizeof(E));
}

static inline uint32_t __attribute__((unused))
rd32(uint32_t off)
{
	return (uint32_t)ice_core_reg_read(E.core, ICE_CORE_FN_PF, off, 4);
}

static inline void __attribute__((unused))
wr32(uint32_t off, uint32_t val)
{
	ice_core_reg_write(E.core, ICE_CORE_FN_PF, off, val, 4);
}

/** Let queued work run dry (bounded). */
static inline void __attribute__((unused))
env_run(void)
{
	unsigned int n;

	for (n = 0; n < 10000 && ice_core_run(E.core, 64); n++)
		;
}

/** Move time on, firing the timer whenever it is due. */
static inline void __attribute__((unused))
env_advance(uint64_t ns)
{
	uint64_t end = E.now + ns;
	unsigned int n;

	for (n = 0; n < 100000 && E.deadline <= end; n++) {
		if (E.deadline > E.now)
			E.now = E.deadline;
		E.deadline = UINT64_MAX;
		ice_core_timer(E.core);
	}
	E.now = end;
}

/** Write the five registers of a control queue in the drivers' order. */
static inline void __attribute__((unused))
env_ctlq_regs(uint32_t bal, uint32_t bah, uint32_t len, uint32_t head, uint32_t tail,
	      uint64_t addr, uint32_t n)
{
	wr32(head, 0);
	wr32(tail, 0);
	wr32(len, n ? n | CTLQ_LEN_ENABLE_M : 0);
	wr32(bal, (uint32_t)addr);
	wr32(bah, (uint32_t)(addr >> 32));
}

/** Bring the AdminQ up: ENV_AQ_LEN descriptors each way. */
static inline void __attribute__((unused))
aq_up(void)
{
	struct ice_mp_aq_desc *d;
	unsigned int i;

	E.atq = env_alloc(ENV_AQ_LEN * sizeof(*d), 64);
	E.arq = env_alloc(ENV_AQ_LEN * sizeof(*d), 64);
	E.atq_buf = env_alloc(ENV_AQ_BUF, 64);
	E.arq_buf = env_alloc((size_t)ENV_AQ_LEN * ENV_AQ_BUF, 64);
	E.atq_next = 0;
	E.arq_next = 0;
	d = env_ptr(E.arq, ENV_AQ_LEN * sizeof(*d));
	for (i = 0; i < ENV_AQ_LEN; i++) {
		uint64_t a = E.arq_buf + (uint64_t)i * ENV_AQ_BUF;

		d[i].flags = ICE_MP_AQ_FLAG_BUF | ICE_MP_AQ_FLAG_LB;
		d[i].datalen = ENV_AQ_BUF;
		d[i].params.indirect.addr_high = (uint32_t)(a >> 32);
		d[i].params.indirect.addr_low = (uint32_t)a;
	}
	env_ctlq_regs(PF_FW_ATQBAL, PF_FW_ATQBAH, PF_FW_ATQLEN, PF_FW_ATQH, PF_FW_ATQT,
		      E.atq, ENV_AQ_LEN);
	env_ctlq_regs(PF_FW_ARQBAL, PF_FW_ARQBAH, PF_FW_ARQLEN, PF_FW_ARQH, PF_FW_ARQT,
		      E.arq, ENV_AQ_LEN);
	wr32(PF_FW_ARQT, ENV_AQ_LEN - 1);
}

#define AQ_TIMEOUT	0xFFFF
/**
 * Execute one command; `d` in: opcode and params, out: the completed
 * descriptor. `buf`/`len`: copied to the device and back; `rd` says that it
 * carries data to the device.
 * @return retval, or AQ_TIMEOUT when the head did not move.
 */
static inline uint16_t __attribute__((unused))
aq_cmd(struct ice_mp_aq_desc *d, void *buf, uint16_t len, bool rd)
{
	struct ice_mp_aq_desc *slot = env_ptr(E.atq + E.atq_next * sizeof(*d), sizeof(*d));
	unsigned int next = (E.atq_next + 1) % ENV_AQ_LEN;

	d->flags = ICE_MP_AQ_FLAG_SI;
	d->datalen = 0;
	if (buf != NULL) {
		d->flags |= ICE_MP_AQ_FLAG_BUF;
		if (len > ICE_MP_AQ_LARGE_BUF)
			d->flags |= ICE_MP_AQ_FLAG_LB;
		if (rd)
			d->flags |= ICE_MP_AQ_FLAG_RD;
		d->datalen = len;
		d->params.indirect.addr_high = (uint32_t)(E.atq_buf >> 32);
		d->params.indirect.addr_low = (uint32_t)E.atq_buf;
		memcpy(env_ptr(E.atq_buf, len), buf, len);
	}
	*slot = *d;
	wr32(PF_FW_ATQT, next);
	E.atq_next = next;
	if (rd32(PF_FW_ATQH) != next)
		return AQ_TIMEOUT;
	*d = *slot;
	if (buf != NULL)
		memcpy(buf, env_ptr(E.atq_buf, len), len);
	return d->retval;
}

/** Shorthand: a fresh descriptor of an opcode. */
static inline struct ice_mp_aq_desc __attribute__((unused))
aq_desc(uint16_t opcode)
{
	struct ice_mp_aq_desc d;

	memset(&d, 0, sizeof(d));
	d.opcode = opcode;
	return d;
}

/** Take one ARQ event. @return false when there is none. */
static inline bool __attribute__((unused))
arq_event(struct ice_mp_aq_desc *d, void *buf, size_t cap)
{
	struct ice_mp_aq_desc *slot = env_ptr(E.arq + E.arq_next * sizeof(*d), sizeof(*d));
	uint64_t a = E.arq_buf + (uint64_t)E.arq_next * ENV_AQ_BUF;
	size_t n;

	if (rd32(PF_FW_ARQH) == E.arq_next)
		return false;
	*d = *slot;
	n = d->datalen < cap ? d->datalen : cap;
	if (buf != NULL && n > 0)
		memcpy(buf, env_ptr(a, n), n);
	memset(slot, 0, sizeof(*slot));
	slot->flags = ICE_MP_AQ_FLAG_BUF | ICE_MP_AQ_FLAG_LB;
	slot->datalen = ENV_AQ_BUF;
	slot->params.indirect.addr_high = (uint32_t)(a >> 32);
	slot->params.indirect.addr_low = (uint32_t)a;
	wr32(PF_FW_ARQT, E.arq_next);
	E.arq_next = (E.arq_next + 1) % ENV_AQ_LEN;
	return true;
}

/** Software reset of the function, as every driver's first step. */
static inline void __attribute__((unused))
env_pfr(void)
{
	unsigned int i;

	wr32(PFGEN_CTRL, rd32(PFGEN_CTRL) | PFGEN_CTRL_PFSWR_M);
	for (i = 0; i < 100 && (rd32(PFGEN_CTRL) & PFGEN_CTRL_PFSWR_M); i++)
		env_advance(1000000);
}

/* Registration and runner. */
struct test_case {
	const char *name;
	void (*fn)(void);
};
#define TEST_MAX	512
static struct test_case test_tab[TEST_MAX];
static unsigned int test_count;

#define TEST(n) \
	static void n(void); \
	__attribute__((constructor)) static void n##_reg(void) \
	{ \
		if (test_count == TEST_MAX) \
			abort(); \
		test_tab[test_count].name = #n; \
		test_tab[test_count++].fn = n; \
	} \
	static void n(void)

static inline int __attribute__((unused))
harness_main(int argc, char **argv)
{
	unsigned int i, passed = 0, failed = 0;
	const char *filter = argc > 1 ? argv[1] : NULL;

	if (filter != NULL && strcmp(filter, "--list") == 0) {
		for (i = 0; i < test_count; i++)
			printf("%s\n", test_tab[i].name);
		return 0;
	}
	setvbuf(stdout, NULL, _IOLBF, 0);
	for (i = 0; i < test_count; i++) {
		static char q[65536];

		if (filter != NULL && strstr(test_tab[i].name, filter) == NULL)
			continue;
		test_name = test_tab[i].name;
		test_failed = false;
		test_tab[i].fn();
		if (!test_failed && E.core != NULL && !E.breaches_expected &&
		    ice_core_violations(E.core) != 0) {
			ice_core_query(E.core, q, sizeof(q));
			test_fail(__FILE__, __LINE__, "unexpected breaches: %s",
				  strstr(q, "\"violations\"") ? strstr(q, "\"violations\"") : q);
		}
		if (E.core != NULL)
			env_close();
		if (test_failed) {
			printf("FAIL %s: %s\n", test_name, test_reason);
			failed++;
		} else {
			printf("ok %s\n", test_name);
			passed++;
		}
	}
	printf("%u passed, %u failed\n", passed, failed);
	return failed != 0 || passed == 0;
}

#define HARNESS_MAIN \
	int main(int argc, char **argv) { return harness_main(argc, argv); }

#endif /* _ICE_CORE_HARNESS_H_ */
