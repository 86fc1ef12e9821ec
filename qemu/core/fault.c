/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 *
 * Faults: the hooks that apply what is armed. The rest of the core asks them
 * only while core->fault_on says that there is something.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fault_priv.h"

/* A type of descriptor that is none. */
#define GARBLED_DTYPE	0xE
#define GARBLE		0xA5A5A5A5A5A5A5A5ull

static const char *const families[ICC_FAULT_FAMILIES] = {
	[ICC_FAULT_AQ] = "aq", [ICC_FAULT_ARQ] = "arq", [ICC_FAULT_INTR] = "intr",
	[ICC_FAULT_RXQ] = "rxq", [ICC_FAULT_TXQ] = "txq", [ICC_FAULT_DMA] = "dma",
	[ICC_FAULT_TO_PF] = "to_pf", [ICC_FAULT_TO_VF] = "to_vf",
};

int
icc_fault_init(struct ice_core *core)
{
	core->fault = calloc(1, sizeof(*core->fault));
	if (core->fault == NULL)
		return -1;
	core->fault->reset_ns = ICC_RESET_US * 1000ull;
	core->fault->made_ports = core->cfg.nb_ports;
	return 0;
}

void
icc_fault_destroy(struct ice_core *core)
{
	if (core->fault != NULL)
		icc_script_stop(core);
	free(core->fault);
	core->fault = NULL;
}

unsigned int
icc_fault_room(const struct ice_core *core, enum icc_fault_family family)
{
	unsigned int i, room = 0;

	for (i = 0; i < ICC_MAX_ARMED; i++)
		room += core->fault->armed[family][i].count == 0;
	return room;
}

bool
icc_fault_arm(struct ice_core *core, enum icc_fault_family family, const struct icc_armed *what)
{
	struct icc_armed *a = core->fault->armed[family];
	unsigned int i;

	for (i = 0; i < ICC_MAX_ARMED && a[i].count > 0; i++)
		;
	if (i == ICC_MAX_ARMED)
		return false;
	a[i] = *what;
	core->fault_on |= ICC_FAULT_BIT(family);
	return true;
}

void
icc_fault_disarm(struct ice_core *core)
{
	memset(core->fault->armed, 0, sizeof(core->fault->armed));
	core->fault_on &= ICC_FAULT_SCRIPT;
}

/* The next fault of a family, from slot *at on, that befalls `key` now.
 * NULL: none */
static const struct icc_armed *
hit(struct ice_core *core, enum icc_fault_family family, uint32_t key, unsigned int *at)
{
	struct icc_fault_state *f = core->fault;

	while ((core->fault_on & ICC_FAULT_BIT(family)) && *at < ICC_MAX_ARMED) {
		struct icc_armed *a = &f->armed[family][(*at)++];

		if (a->count == 0 || (a->key != ICC_FAULT_ANY && a->key != key))
			continue;
		if (a->skip > 0) {
			a->skip--;
			continue;
		}
		if (a->count != ICC_FAULT_FOREVER)
			a->count--;
		f->hits[family]++;
		if (icc_fault_room(core, family) == ICC_MAX_ARMED)
			core->fault_on &= ~ICC_FAULT_BIT(family);
		return a;
	}
	return NULL;
}

/* ---- hooks ---- */

static bool
dma_fails(struct ice_core *core, enum icc_dma area)
{
	unsigned int at = 0;

	return (core->fault_on & ICC_FAULT_BIT(ICC_FAULT_DMA)) &&
	       hit(core, ICC_FAULT_DMA, area, &at) != NULL;
}

int
icc_dma_read(struct ice_core *core, enum icc_dma area, uint16_t fn, uint64_t addr, void *buf,
	     size_t len)
{
	if (len == 0)
		return 0;
	if (addr + len < addr || dma_fails(core, area))
		return -1;
	return core->ops->dma_read(core->opaque, fn, addr, buf, len) == 0 ? 0 : -1;
}

int
icc_dma_write(struct ice_core *core, enum icc_dma area, uint16_t fn, uint64_t addr,
	      const void *buf, size_t len)
{
	if (len == 0)
		return 0;
	if (addr + len < addr || dma_fails(core, area))
		return -1;
	return core->ops->dma_write(core->opaque, fn, addr, buf, len) == 0 ? 0 : -1;
}

void
icc_fault_aq(struct ice_core *core, uint16_t opcode, struct icc_aq_fault *out)
{
	const struct icc_armed *a;
	unsigned int at = 0;

	memset(out, 0, sizeof(*out));
	while ((a = hit(core, ICC_FAULT_AQ, opcode, &at)) != NULL) {
		switch ((enum icc_aq_kind)a->kind) {
		case ICC_AQ_SILENT:
			out->silent = true;
			break;
		case ICC_AQ_FAIL:
			out->fail = true;
			out->rc = a->arg;
			break;
		case ICC_AQ_GARBLE:
			out->garble = true;
			break;
		case ICC_AQ_SHORT:
			out->shorten = true;
			out->len = a->arg;
			break;
		case ICC_AQ_OVERSIZE:
			out->oversize = true;
			break;
		case ICC_AQ_STRAY:
			out->stray = true;
			break;
		case ICC_AQ_UNDONE:
			out->undone = true;
			break;
		default:
			out->delay_ns = a->delay_ns;
			break;
		}
	}
}

void
icc_fault_aq_log(struct ice_core *core, uint16_t opcode, uint16_t rc)
{
	struct icc_fault_state *f = core->fault;

	f->log[f->nb_logged % ICC_AQ_LOG].opcode = opcode;
	f->log[f->nb_logged % ICC_AQ_LOG].rc = rc;
	f->nb_logged++;
}

bool
icc_fault_arq(struct ice_core *core, struct ice_mp_aq_desc *desc)
{
	const struct icc_armed *a;
	unsigned int at = 0;

	a = hit(core, ICC_FAULT_ARQ, 0, &at);
	if (a == NULL)
		return true;
	switch ((enum icc_arq_kind)a->kind) {
	case ICC_ARQ_LOSE:
		return false;
	case ICC_ARQ_GARBLE:
		desc->datalen = UINT16_MAX;
		break;
	default:
		desc->opcode ^= 0x8000;
		break;
	}
	return true;
}

unsigned int
icc_fault_mbx(struct ice_core *core, enum icc_fault_family family, uint16_t vf,
	      struct ice_mp_aq_desc *desc)
{
	const struct icc_armed *a;
	unsigned int at = 0;

	a = hit(core, family, vf, &at);
	if (a == NULL)
		return 1;
	/* Another message than was sent. */
	if (a->kind == ICC_WB_GARBLE)
		desc->cookie_high ^= (uint32_t)GARBLE;
	return a->kind == ICC_WB_LOSE ? 0 : a->kind == ICC_WB_DUP ? 2 : 1;
}

unsigned int
icc_fault_intr(struct ice_core *core, uint16_t vec, uint64_t *delay_ns)
{
	const struct icc_armed *a;
	unsigned int at = 0;

	*delay_ns = 0;
	a = hit(core, ICC_FAULT_INTR, vec, &at);
	if (a == NULL)
		return 1;
	if (a->kind == ICC_INTR_LATE)
		*delay_ns = a->delay_ns;
	return a->kind == ICC_INTR_LOSE ? 0 : a->kind == ICC_INTR_DUP ? 2 : 1;
}

void
icc_fault_rxq(struct ice_core *core, uint16_t queue, struct icc_rx_fault *out)
{
	const struct icc_armed *a;
	unsigned int at = 0;

	memset(out, 0, sizeof(*out));
	while ((a = hit(core, ICC_FAULT_RXQ, queue, &at)) != NULL) {
		switch ((enum icc_wb_kind)a->kind) {
		case ICC_WB_LOSE:
			out->lose = true;
			break;
		case ICC_WB_DUP:
			out->dup = true;
			break;
		case ICC_WB_GARBLE:
			out->garble = true;
			break;
		case ICC_WB_ERROR:
			out->error = true;
			break;
		case ICC_WB_NOEOF:
			out->noeof = true;
			break;
		default:
			out->wrong_len = true;
			out->len = a->arg;
			break;
		}
	}
}

void
icc_fault_rx_garble(union ice_mp_rx_desc *d)
{
	unsigned int i;

	for (i = 0; i < sizeof(d->qw) / sizeof(d->qw[0]); i++)
		d->qw[i] ^= GARBLE;
	/* Done it is, in every format. */
	d->qw[1] |= 1;
}

unsigned int
icc_fault_txq(struct ice_core *core, uint16_t queue, uint64_t *qw)
{
	const struct icc_armed *a;
	unsigned int at = 0;

	a = hit(core, ICC_FAULT_TXQ, queue, &at);
	if (a == NULL)
		return 1;
	if (a->kind == ICC_WB_GARBLE)
		*qw = (*qw & ~(uint64_t)ICE_MP_TXD_DTYPE_M) | GARBLED_DTYPE;
	return a->kind == ICC_WB_LOSE ? 0 : a->kind == ICC_WB_DUP ? 2 : 1;
}

void
icc_fault_reg(struct ice_core *core)
{
	struct icc_fault_state *f = core->fault;

	f->accesses++;
	if (f->reset_in > 0 && --f->reset_in == 0) {
		f->resets++;
		ice_core_reset(core, f->reset_kind);
	}
	icc_fault_poll(core);
}

void
icc_fault_poll(struct ice_core *core)
{
	if (core->fault_on & ICC_FAULT_SCRIPT)
		icc_script_poll(core, icc_now(core));
}

uint64_t
icc_fault_flap(struct ice_core *core, uint64_t now)
{
	struct icc_fault_state *f = core->fault;
	uint64_t next = UINT64_MAX;
	unsigned int i;

	for (i = 0; i < core->cfg.nb_ports; i++) {
		if (f->flap[i].toggles == 0)
			continue;
		if (f->flap[i].next <= now) {
			f->flap[i].toggles--;
			f->flap[i].next = now + f->flap[i].interval;
			/* An even number is left after the link came up. */
			core->port[i].force_down = f->flap[i].toggles % 2;
			icc_port_update(core, i);
		}
		if (f->flap[i].toggles > 0 && f->flap[i].next < next)
			next = f->flap[i].next;
	}
	return next;
}

uint64_t
icc_fault_timer(struct ice_core *core, uint64_t now)
{
	uint64_t script = UINT64_MAX, flap;

	/* First: a line may begin to flap a link. */
	if (core->fault_on & ICC_FAULT_SCRIPT)
		script = icc_script_poll(core, now);
	flap = icc_fault_flap(core, now);
	return script < flap ? script : flap;
}

void
icc_fault_change(struct ice_core *core)
{
	struct icc_fault_state *f = core->fault;

	/* The device is made before its faults are. */
	if (f == NULL)
		return;
	if (f->next_ports != 0)
		core->cfg.nb_ports = f->next_ports;
	if (f->next_queues != 0)
		core->pf.nb_queues = f->next_queues;
	f->next_ports = 0;
	f->next_queues = 0;
}

uint64_t
icc_fault_reset_ns(const struct ice_core *core)
{
	return core->fault->reset_ns;
}

void
icc_fault_json(const struct ice_core *core, struct icc_json *j)
{
	const struct icc_fault_state *f = core->fault;
	unsigned int i, flapping = 0;

	for (i = 0; i < core->cfg.nb_ports; i++)
		flapping += f->flap[i].toggles > 0;
	icc_json_add(j, "{");
	for (i = 0; i < ICC_FAULT_FAMILIES; i++)
		icc_json_add(j, "\"%s_armed\":%u,\"%s_hits\":%llu,", families[i],
			     ICC_MAX_ARMED - icc_fault_room(core, i), families[i],
			     (unsigned long long)f->hits[i]);
	icc_json_add(j, "\"flapping\":%u,\"resets\":%llu,\"accesses\":%llu,"
		     "\"script\":{\"waiting\":%u,\"run\":%llu,\"errors\":%llu,"
		     "\"error\":\"%s\"}}", flapping, (unsigned long long)f->resets,
		     (unsigned long long)f->accesses, f->script_waiting,
		     (unsigned long long)f->script_run, (unsigned long long)f->script_errors,
		     f->script_error);
}
