/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

#ifndef _ICE_MP_FUZZ_CORE_ENV_H_
#define _ICE_MP_FUZZ_CORE_ENV_H_

/**
 * @file
 * The world around the device core in its fuzzer. The environment of the unit
 * tests (guest memory, time, AdminQ helpers) with operations of its own:
 *
 * - a mapping is a copy of exactly the bytes asked for, so that the sanitizer
 *   sees every access beyond them; it may be refused or come back shorter;
 * - mappings are given back before the core returns to its caller;
 * - in racy mode guest memory changes under the core while it works;
 * - frames may come straight back at another port.
 */

#define ENV_MEM_SIZE	(1u << 20)
#define VF_MEM		(56u << 10)
#define VF_BUF		256
#define PF_MBX		8
#include "ctrl_env.h"
#include "data_env.h"
#include "vf_lane.h"
#include "fuzz_in.h"

#define FZ_MAX_MAPS	16
#define FZ_FRAME_MAX	16384
/** A core that works on and on without being told to is a hang. */
#define FZ_MAX_RUNS	20000
#define FZ_MAX_TIMERS	64

struct fz_map {
	uint8_t *copy;
	uint16_t fn;
	uint64_t addr;
	size_t len;
	bool write;
};

static struct {
	struct fz_map map[FZ_MAX_MAPS];
	uint8_t refuse_map;	/* 0: none, 1: shorter, 2: all */
	bool racy;
	uint32_t noise;		/* of racy mode */
	bool refuse_tx[ICE_CORE_MAX_PORTS];
	uint8_t bounce[ICE_CORE_MAX_PORTS];	/* port a frame comes back at, 0xFF: none */
	bool in_tx;
	uint64_t nb_tx;
	/* the last frame that left */
	uint8_t last_lport;
	size_t last_len;
	uint8_t last[FZ_FRAME_MAX];
} Z;

static uint32_t
fz_noise(void)
{
	Z.noise = Z.noise * 1664525u + 1013904223u;
	return Z.noise >> 8;
}

/* A guest that writes while the device looks. */
static void
fz_race(void)
{
	unsigned int i;

	if (!Z.racy)
		return;
	for (i = 0; i < FZ_MAX_MAPS; i++)
		if (Z.map[i].copy != NULL && !Z.map[i].write && Z.map[i].len > 0)
			Z.map[i].copy[fz_noise() % Z.map[i].len] ^= (uint8_t)fz_noise();
	E.mem[fz_noise() % E.mem_used] ^= (uint8_t)(1u << (fz_noise() & 7));
}

static int
fz_dma_read(void *o, uint16_t fn, uint64_t addr, void *buf, size_t len)
{
	FUZZ_CHECK(fn <= E.core->cfg.nb_vfs && len > 0, "fn %u len %zu", fn, len);
	fz_race();
	return env_op_read(o, fn, addr, buf, len);
}

static int
fz_dma_write(void *o, uint16_t fn, uint64_t addr, const void *buf, size_t len)
{
	FUZZ_CHECK(fn <= E.core->cfg.nb_vfs && len > 0, "fn %u len %zu", fn, len);
	fz_race();
	return env_op_write(o, fn, addr, buf, len);
}

static void *
fz_dma_map(void *o, uint16_t fn, uint64_t addr, size_t *len, bool write)
{
	struct fz_map *m = NULL;
	unsigned int i;
	void *p;

	(void)o;
	FUZZ_CHECK(fn <= E.core->cfg.nb_vfs && *len > 0, "fn %u len %zu", fn, *len);
	fz_race();
	for (i = 0; i < FZ_MAX_MAPS && m == NULL; i++)
		if (Z.map[i].copy == NULL)
			m = &Z.map[i];
	if (m == NULL || Z.refuse_map == 2)
		return NULL;
	if (Z.refuse_map == 1)
		*len -= fz_noise() % *len;
	p = env_fn_ptr(fn, addr, *len);
	if (p == NULL)
		return NULL;
	m->copy = malloc(*len);
	m->fn = fn;
	m->addr = addr;
	m->len = *len;
	m->write = write;
	memcpy(m->copy, p, *len);
	return m->copy;
}

static void
fz_dma_unmap(void *o, uint16_t fn, void *ptr, size_t len, bool write, size_t used)
{
	unsigned int i;

	(void)o;
	for (i = 0; i < FZ_MAX_MAPS; i++)
		if (Z.map[i].copy == ptr)
			break;
	FUZZ_CHECK(i < FZ_MAX_MAPS && fn == Z.map[i].fn, "unmap of what was not mapped");
	FUZZ_CHECK(len == Z.map[i].len && write == Z.map[i].write && used <= len,
		   "unmap of %zu bytes, used %zu, mapped %zu", len, used, Z.map[i].len);
	if (write)
		memcpy(env_ptr(Z.map[i].addr, len), ptr, used);
	free(ptr);
	Z.map[i].copy = NULL;
}

static void
fz_msix(void *o, uint16_t fn, uint16_t vec)
{
	FUZZ_CHECK(fn <= E.core->cfg.nb_vfs &&
		   vec < (fn == ICE_CORE_FN_PF ? E.core->cfg.nb_vectors : ICE_MP_VF_MAX_VECTORS),
		   "vector %u of function %u", vec, fn);
	env_op_msix(o, fn, vec);
}

static bool
fz_tx(void *o, uint8_t lport, const struct ice_core_iov *iov, unsigned int n, size_t len)
{
	unsigned int i;
	size_t at = 0;

	(void)o;
	FUZZ_CHECK(lport < E.core->cfg.nb_ports, "lport %u", lport);
	FUZZ_CHECK(len >= 60 && len <= ICC_MAX_FRAME, "frame of %zu bytes", len);
	FUZZ_CHECK(!Z.in_tx, "tx from within tx");
	if (Z.refuse_tx[lport])
		return false;
	for (i = 0; i < n; at += iov[i++].len) {
		FUZZ_CHECK(at + iov[i].len <= len, "iov longer than the frame");
		memcpy(Z.last + at, iov[i].base, iov[i].len);
	}
	FUZZ_CHECK(at == len, "iov of %zu bytes, frame of %zu", at, len);
	Z.last_len = len;
	Z.last_lport = lport;
	Z.nb_tx++;
	if (Z.bounce[lport] != 0xFF) {
		Z.in_tx = true;
		ice_core_rx(E.core, Z.bounce[lport], Z.last, len);
		Z.in_tx = false;
	}
	return true;
}

static void
fz_log(void *o, const char *line)
{
	(void)o;
	FUZZ_CHECK(strchr(line, '\n') == NULL, "a line has a newline: %s", line);
}

static const struct ice_core_ops fz_ops = {
	.dma_read = fz_dma_read, .dma_write = fz_dma_write,
	.dma_map = fz_dma_map, .dma_unmap = fz_dma_unmap,
	.msix = fz_msix, .tx = fz_tx, .rx_ready = env_op_rx_ready,
	.now_ns = env_op_now, .timer = env_op_timer, .kick = env_op_kick,
	.log = fz_log, .remove = env_op_remove,
};

/* After every call into the core. */
static void
fz_settled(void)
{
	unsigned int i;

	for (i = 0; i < FZ_MAX_MAPS; i++)
		FUZZ_CHECK(Z.map[i].copy == NULL, "a mapping outlives the call");
}

/** Do all queued work; it must come to an end. */
static void
fz_run(void)
{
	unsigned int n = 0;

	while (ice_core_run(E.core, 64))
		FUZZ_CHECK(++n < FZ_MAX_RUNS, "work that does not end");
	fz_settled();
}

/** Move time on; at one moment the timer asks for itself a few times at most. */
static void
fz_advance(uint64_t ns)
{
	uint64_t end = E.now + ns;
	unsigned int n, same;

	for (n = same = 0; n < 1000 && E.deadline <= end; n++) {
		same = E.deadline > E.now ? 0 : same + 1;
		FUZZ_CHECK(same < FZ_MAX_TIMERS, "the timer asks for now, again and again");
		if (E.deadline > E.now)
			E.now = E.deadline;
		E.deadline = UINT64_MAX;
		ice_core_timer(E.core);
		fz_settled();
	}
	E.now = end;
}

static void
fz_open(unsigned int ports, unsigned int vfs)
{
	unsigned int i;

	memset(&Z, 0, sizeof(Z));
	memset(Z.bounce, 0xFF, sizeof(Z.bounce));
	env_open_vfs(ports, vfs);
	FUZZ_CHECK(E.core != NULL, "no device");
	E.ops = fz_ops;
	for (i = 0; i < ports; i++)
		ice_core_set_backend(E.core, (uint8_t)i, true, true);
}

#endif /* _ICE_MP_FUZZ_CORE_ENV_H_ */
