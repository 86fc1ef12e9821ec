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
	uint16_t first = core->pf.first_vector, vf;

	if (v->fn != ICE_CORE_FN_PF) {
		vf = v->fn - ICE_CORE_FN_VF(0);
		first = icc_vf_first_vector(core, vf);
		/* VPINT_ALLOC may say something else by now: the PF takes a VF's
		 * vectors away one register after the other. */
		if (abs < first || icc_vf_vector(core, vf, abs - first) != abs)
			return;
	}
	v->fired += count;
	while (count-- > 0)
		core->ops->msix(core->opaque, v->fn, abs - first);
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

/* A cause of a VF names a vector of the VF, but the PF wrote it. */
static void
vf_cause(struct ice_core *core, uint16_t vf, uint32_t intctl)
{
	unsigned int idx = intctl & INT_CTL_MSIX_INDX_M;
	int abs = icc_vf_vector(core, vf, idx);

	if (abs < 0)
		icc_breach(core, ICC_BR_INT_VECTOR, "cause names vector %u of VF %u", idx, vf);
	else
		raise_vec(core, abs, (intctl & INT_CTL_ITR_INDX_M) >> INT_CTL_ITR_INDX_S);
}

void
icc_intr_cause(struct ice_core *core, uint16_t fn, uint32_t intctl)
{
	unsigned int idx = intctl & INT_CTL_MSIX_INDX_M;

	if (!(intctl & INT_CTL_CAUSE_ENA_M))
		return;
	if (fn != ICE_CORE_FN_PF) {
		vf_cause(core, fn - ICE_CORE_FN_VF(0), intctl);
		return;
	}
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

		/* In those of a VF the number is the VF's. */
		if (core->rxq[i].ena && core->rxq[i].fn != ICE_CORE_FN_PF)
			continue;

		if (((r & INT_CTL_CAUSE_ENA_M) && (r & INT_CTL_MSIX_INDX_M) == idx) ||
		    ((t & INT_CTL_CAUSE_ENA_M) && (t & INT_CTL_MSIX_INDX_M) == idx))
			return true;
	}
	return false;
}

uint32_t
icc_intr_dyn_read(const struct ice_core *core, uint16_t abs)
{
	return core->vec[abs].ena ? GLINT_DYN_CTL_INTENA_M : 0;
}

void
icc_intr_dyn_write(struct ice_core *core, uint16_t fn, uint16_t abs, uint32_t val)
{
	const uint16_t v = abs - core->pf.first_vector;
	struct icc_vector *vec = &core->vec[abs];
	unsigned int itr = (val & GLINT_DYN_CTL_ITR_INDX_M) >> GLINT_DYN_CTL_ITR_INDX_S;

	if (itr != ITR_NONE)
		vec->itr[itr] = (val & GLINT_DYN_CTL_INTERVAL_M) >> GLINT_DYN_CTL_INTERVAL_S;
	if (!(val & GLINT_DYN_CTL_INTENA_MSK_M)) {
		bool ena = val & GLINT_DYN_CTL_INTENA_M;

		/* Harmless to the hardware, and net_ice does it with every
		 * queue: a mistake only of a driver made for this device. */
		if (core->mp_enable && fn == ICE_CORE_FN_PF && vec->fn == fn && ena &&
		    !vec->ena && !vec->pending && !(val & GLINT_DYN_CTL_SWINT_TRIG_M) &&
		    !has_cause(core, v))
			icc_breach(core, ICC_BR_INT_NO_CAUSE, "vector %u", v);
		vec->ena = ena;
	}
	/* CLEARPBA is about the bits of the PCI function, not about causes:
	 * drivers set it with every enable. */
	if (val & GLINT_DYN_CTL_SWINT_TRIG_M) {
		/* The other causes' vector tells it from them by this bit. */
		if (fn == ICE_CORE_FN_PF && (core->pf.oicr_ctl & INT_CTL_CAUSE_ENA_M) &&
		    (core->pf.oicr_ctl & INT_CTL_MSIX_INDX_M) == v)
			core->pf.oicr |= PFINT_OICR_SWINT_M | PFINT_OICR_INTEVENT_M;
		raise_vec(core, abs, ITR_NONE);
	} else if (vec->pending && vec->ena)
		raise_vec(core, abs, vec->itr_idx);
}

static void
vec_off(struct icc_vector *v)
{
	v->ena = false;
	v->pending = false;
	v->late = false;
	v->not_before = 0;
}

void
icc_intr_vect2func(struct ice_core *core, uint16_t abs, uint32_t val)
{
	struct icc_vector *v = &core->vec[abs];
	uint16_t vf = val & GLINT_VECT2FUNC_VF_NUM_M, fn = ICE_CORE_FN_PF;

	v->vect2func = val;
	if (!(val & GLINT_VECT2FUNC_IS_PF_M)) {
		if (vf < core->cfg.nb_vfs)
			fn = ICE_CORE_FN_VF(vf);
		else
			icc_breach(core, ICC_BR_INT_VECTOR, "vector %u given to VF %u of %u", abs,
				   vf, core->cfg.nb_vfs);
	}
	/* What waits is of the old owner. */
	if (fn != v->fn)
		vec_off(v);
	v->fn = fn;
}

void
icc_intr_vf_mbx(struct ice_core *core, uint16_t vf)
{
	struct icc_vf *v = &core->vf[vf];

	v->icr01 |= VFINT_ICR01_ADMINQ_M | VFINT_ICR01_INTEVENT_M;
	if (v->icr0_ena & VFINT_ICR0_ENA1_ADMINQ_M)
		icc_intr_cause(core, ICE_CORE_FN_VF(vf), v->mbx_ctl);
}

void
icc_intr_vf_reset(struct ice_core *core, uint16_t vf)
{
	unsigned int n;
	int abs;

	for (n = 0; n < ICE_MP_VF_MAX_VECTORS; n++) {
		abs = icc_vf_vector(core, vf, n);
		if (abs < 0)
			continue;
		vec_off(&core->vec[abs]);
	}
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
