/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 *
 * Interrupts: causes, vectors, moderation, and the other-cause register.
 */

#include <string.h>

#include "ice_core_priv.h"

#define ITR_NONE	GLINT_DYN_CTL_ITR_NONE
/* GLINT_RATE: unit at the 100G power mode, ns. */
#define RATE_UNIT_NS	4000
#define RATE_ENA_M	ICE_MP_BIT(6)
#define RATE_INTERVAL_M	ICE_MP_MASK(0, 6)

static void
hold_until(struct ice_core *core, struct icc_vector *v, uint64_t when)
{
	v->pending = true;
	v->not_before = when;
	if (when < core->intr_next)
		core->intr_next = when;
	icc_timer_at(core, when);
}

static void
send(struct ice_core *core, uint16_t abs, unsigned int count)
{
	struct icc_vector *v = &core->vec[abs];

	v->fired += count;
	while (count-- > 0)
		core->ops->msix(core->opaque, v->fn, abs - core->pf.first_vector);
}

/* The vector is enabled and its time has come. */
static void
fire(struct ice_core *core, uint16_t abs, uint8_t itr_idx)
{
	struct icc_vector *v = &core->vec[abs];
	uint64_t now = icc_now(core), delay = 0, gap = 0;
	unsigned int count;

	if (v->late) {
		v->late = false;
		count = v->burst;
	} else {
		count = icc_fault_intr(core, abs, &delay);
		if (delay > 0) {
			v->late = true;
			v->burst = count;
			hold_until(core, v, now + delay);
			return;
		}
	}
	if (itr_idx < ITR_NONE)
		gap = (uint64_t)v->itr[itr_idx] * GLINT_ITR_UNIT_NS;
	if ((v->rate & RATE_ENA_M) && (v->rate & RATE_INTERVAL_M) * RATE_UNIT_NS > gap)
		gap = (v->rate & RATE_INTERVAL_M) * RATE_UNIT_NS;
	v->pending = false;
	v->itr_idx = 0;
	v->not_before = now + gap;
	if (!(core->glint_ctl & GLINT_CTL_DIS_AUTOMASK_M))
		v->ena = false;
	send(core, abs, count);
}

static void
raise_vec(struct ice_core *core, uint16_t abs, uint8_t itr_idx)
{
	struct icc_vector *v = &core->vec[abs];

	/* The most urgent of the causes that wait decides. */
	if (!v->pending || itr_idx > v->itr_idx)
		v->itr_idx = itr_idx;
	if (!v->ena) {
		v->pending = true;
		return;
	}
	if (v->late) {
		hold_until(core, v, v->not_before);
		return;
	}
	if (v->itr_idx < ITR_NONE && icc_now(core) < v->not_before) {
		hold_until(core, v, v->not_before);
		return;
	}
	fire(core, abs, v->itr_idx);
}

void
icc_intr_cause(struct ice_core *core, uint16_t fn, uint32_t intctl)
{
	unsigned int idx = intctl & INT_CTL_MSIX_INDX_M;

	if (!(intctl & INT_CTL_CAUSE_ENA_M) || fn != ICE_CORE_FN_PF)
		return;
	if (idx >= core->pf.nb_vectors) {
		icc_breach(core, ICC_BR_INT_VECTOR, "cause names vector %u of %u", idx,
			   core->pf.nb_vectors);
		return;
	}
	raise_vec(core, core->pf.first_vector + idx,
		  (intctl & INT_CTL_ITR_INDX_M) >> INT_CTL_ITR_INDX_S);
}

void
icc_intr_oicr(struct ice_core *core, uint16_t fn, uint32_t bits)
{
	if (fn != ICE_CORE_FN_PF)
		return;
	core->pf.oicr |= bits | PFINT_OICR_INTEVENT_M;
	if (bits & core->pf.oicr_ena)
		icc_intr_cause(core, fn, core->pf.oicr_ctl);
}

uint32_t
icc_intr_oicr_read(struct ice_core *core, uint16_t fn)
{
	uint32_t val = core->pf.oicr;

	(void)fn;
	core->pf.oicr = 0;
	return val;
}

void
icc_intr_oicr_ena_write(struct ice_core *core, uint16_t fn, uint32_t val)
{
	uint32_t fresh = val & ~core->pf.oicr_ena;

	core->pf.oicr_ena = val & ~PFINT_OICR_INTEVENT_M;
	/* A cause latched between the driver's read and its enable would
	 * otherwise be heard of only with the next one. */
	if (core->pf.oicr & fresh & ~PFINT_OICR_INTEVENT_M)
		icc_intr_cause(core, fn, core->pf.oicr_ctl);
}

static bool
has_cause(const struct ice_core *core, uint16_t idx)
{
	const struct icc_fn *f = &core->pf;
	const uint32_t misc[] = { f->oicr_ctl, f->fw_ctl, f->mbx_ctl, f->sb_ctl };
	unsigned int i;

	for (i = 0; i < sizeof(misc) / sizeof(misc[0]); i++)
		if ((misc[i] & INT_CTL_CAUSE_ENA_M) && (misc[i] & INT_CTL_MSIX_INDX_M) == idx)
			return true;
	for (i = 0; i < f->nb_queues; i++) {
		uint32_t r = core->rxq[i].intctl, t = core->txq[i].intctl;

		if (((r & INT_CTL_CAUSE_ENA_M) && (r & INT_CTL_MSIX_INDX_M) == idx) ||
		    ((t & INT_CTL_CAUSE_ENA_M) && (t & INT_CTL_MSIX_INDX_M) == idx))
			return true;
	}
	return false;
}

uint32_t
icc_intr_dyn_read(const struct ice_core *core, uint16_t v)
{
	return core->vec[core->pf.first_vector + v].ena ? GLINT_DYN_CTL_INTENA_M : 0;
}

void
icc_intr_dyn_write(struct ice_core *core, uint16_t v, uint32_t val)
{
	uint16_t abs = core->pf.first_vector + v;
	struct icc_vector *vec = &core->vec[abs];
	unsigned int itr = (val & GLINT_DYN_CTL_ITR_INDX_M) >> GLINT_DYN_CTL_ITR_INDX_S;

	if (itr != ITR_NONE)
		vec->itr[itr] = (val & GLINT_DYN_CTL_INTERVAL_M) >> GLINT_DYN_CTL_INTERVAL_S;
	if (!(val & GLINT_DYN_CTL_INTENA_MSK_M)) {
		bool ena = val & GLINT_DYN_CTL_INTENA_M;

		/* Harmless to the hardware, and net_ice does it with every
		 * queue: a mistake only of a driver made for this device. */
		if (core->mp_enable && ena && !vec->ena && !vec->pending &&
		    !(val & GLINT_DYN_CTL_SWINT_TRIG_M) && !has_cause(core, v))
			icc_breach(core, ICC_BR_INT_NO_CAUSE, "vector %u", v);
		vec->ena = ena;
	}
	/* CLEARPBA is about the bits of the PCI function, not about causes:
	 * drivers set it with every enable. */
	if (val & GLINT_DYN_CTL_SWINT_TRIG_M) {
		/* The other causes' vector tells it from them by this bit. */
		if ((core->pf.oicr_ctl & INT_CTL_CAUSE_ENA_M) &&
		    (core->pf.oicr_ctl & INT_CTL_MSIX_INDX_M) == v)
			core->pf.oicr |= PFINT_OICR_SWINT_M | PFINT_OICR_INTEVENT_M;
		raise_vec(core, abs, ITR_NONE);
	} else if (vec->pending && vec->ena)
		raise_vec(core, abs, vec->itr_idx);
}

uint64_t
icc_intr_timer(struct ice_core *core, uint64_t now)
{
	uint64_t next = UINT64_MAX;
	unsigned int i, last = core->pf.first_vector + core->pf.nb_vectors;

	if (core->intr_next > now)
		return core->intr_next;
	/* What fires below may hold others back and set it anew. */
	core->intr_next = UINT64_MAX;
	for (i = core->pf.first_vector; i < last; i++) {
		struct icc_vector *v = &core->vec[i];

		if (!v->pending || !v->ena)
			continue;
		if (v->not_before <= now)
			fire(core, i, v->itr_idx);
		else if (v->not_before < next)
			next = v->not_before;
	}
	if (next < core->intr_next)
		core->intr_next = next;
	return core->intr_next;
}

void
icc_intr_reset(struct ice_core *core)
{
	struct icc_fn *f = &core->pf;
	unsigned int i;

	for (i = 0; i < f->nb_vectors; i++) {
		struct icc_vector *v = &core->vec[f->first_vector + i];
		uint64_t fired = v->fired;

		memset(v, 0, sizeof(*v));
		v->fn = ICE_CORE_FN_PF;
		v->fired = fired;
	}
	f->oicr = 0;
	f->oicr_ena = 0;
	/* Stock DPDK hears of link changes on vector 0 without ever having
	 * written this register. */
	f->oicr_ctl = INT_CTL_CAUSE_ENA_M;
	f->fw_ctl = 0;
	f->mbx_ctl = 0;
	f->sb_ctl = 0;
	core->glint_ctl = 0;
	core->intr_next = UINT64_MAX;
}
