/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 *
 * VFs: what each has, its BAR0, its resets, and the PF's registers about it.
 *
 * What a VF owns is what the PF wrote: VPLAN_*_QBASE says which queues,
 * VPINT_ALLOC and GLINT_VECT2FUNC which vectors. Everything of a VF goes
 * through the look-ups here, so that a number from a VF is always one of its
 * own or none.
 */

#include <stddef.h>
#include <stdlib.h>

#include "ice_core_priv.h"

int
icc_vf_init(struct ice_core *core)
{
	unsigned int i;

	if (core->cfg.nb_vfs == 0)
		return 0;
	core->vf = calloc(core->cfg.nb_vfs, sizeof(*core->vf));
	if (core->vf == NULL)
		return -1;
	for (i = 0; i < core->cfg.nb_vfs; i++)
		core->vf[i].mbx.fn = ICE_CORE_FN_VF(i);
	return 0;
}

/* ---- what the PF granted ---- */

/* Device queue of a VF's queue n; -1: it has no such queue. */
static int
vf_queue(const struct ice_core *core, const struct icc_vf *v, unsigned int n, bool tx)
{
	uint32_t base = tx ? v->tx_qbase : v->rx_qbase;
	uint32_t first = base & (tx ? VPLAN_QBASE_FIRSTQ_TX_M : VPLAN_QBASE_FIRSTQ_RX_M);

	/* Queues that are no range would be in a table that is not modelled. */
	if (!((tx ? v->tx_mapena : v->rx_mapena) & VPLAN_MAPENA_M) ||
	    (base & VPLAN_QBASE_QTABLE_ENA_M) ||
	    n > (base & VPLAN_QBASE_NUMQ_M) >> VPLAN_QBASE_NUMQ_S ||
	    first + n >= core->pf.nb_queues)
		return -1;
	return first + n;
}

uint16_t
icc_vf_queue_owner(const struct ice_core *core, uint16_t queue, bool tx)
{
	unsigned int i;
	int first;

	for (i = 0; i < core->cfg.nb_vfs; i++) {
		first = vf_queue(core, &core->vf[i], 0, tx);
		if (first >= 0 && queue >= first &&
		    vf_queue(core, &core->vf[i], queue - first, tx) == queue)
			return ICE_CORE_FN_VF(i);
	}
	return ICE_CORE_FN_PF;
}

int
icc_vf_vector(const struct ice_core *core, uint16_t vf, unsigned int n)
{
	uint32_t a = core->vf[vf].int_alloc;
	unsigned int first = a & VPINT_ALLOC_FIRST_M;
	unsigned int last = (a & VPINT_ALLOC_LAST_M) >> VPINT_ALLOC_LAST_S;

	if (!(a & VPINT_ALLOC_VALID_M) || first + n > last || n >= ICE_MP_VF_MAX_VECTORS ||
	    first + n >= core->pf.nb_vectors || core->vec[first + n].fn != ICE_CORE_FN_VF(vf))
		return -1;
	return first + n;
}

/* ---- resets ---- */

void
icc_vf_stop_queues(struct ice_core *core, uint16_t vf, bool rx)
{
	const uint16_t fn = ICE_CORE_FN_VF(vf);
	unsigned int i;

	for (i = 0; i < core->pf.nb_queues; i++) {
		if (rx && core->rxq[i].ena && core->rxq[i].fn == fn)
			icc_rxq_disable(core, i);
		if (core->txq[i].ena && core->txq[i].fn == fn)
			icc_txq_disable(core, i);
	}
}

/* All but its queues. */
static void
clear_vf(struct ice_core *core, uint16_t vf)
{
	struct icc_vf *v = &core->vf[vf];

	icc_mbx_drop(core, vf);
	icc_ctlq_off(&v->mbx);
	icc_intr_vf_reset(core, vf);
	v->icr01 = 0;
	v->icr0_ena = 0;
	v->stat_ctl = 0;
	v->rstat = VFGEN_RSTAT_INPROGRESS;
	v->unaware = true;
	v->resets++;
}

static void
reset_vf(struct ice_core *core, uint16_t vf)
{
	struct icc_vf *v = &core->vf[vf];
	unsigned int i;
	int q;

	icc_vf_stop_queues(core, vf, true);
	/* Tails that it had written ahead of its queues. */
	for (i = 0; i < ICE_MP_VF_MAX_QPS; i++) {
		q = vf_queue(core, v, i, false);
		if (q >= 0 && !core->rxq[q].ena)
			core->rxq[q].tail = 0;
	}
	clear_vf(core, vf);
}

/* Every queue is off already. */
void
icc_vf_reset_all(struct ice_core *core)
{
	unsigned int i;

	for (i = 0; i < core->cfg.nb_vfs; i++) {
		struct icc_vf *v = &core->vf[i];

		clear_vf(core, i);
		v->vfrtrig = 0;
		v->int_alloc = 0;
		v->int_alloc_pci = 0;
		v->mbx_ctl = 0;
		v->tx_qbase = 0;
		v->tx_mapena = 0;
		v->rx_qbase = 0;
		v->rx_mapena = 0;
	}
	for (i = 0; i < ICE_MP_HW_MAX_VFS / 32; i++)
		core->vflrstat[i] = 0;
	core->mbx_full = false;
	core->mbx_next = 0;
}

/* A reset that the PF did not ask for. */
static void
vflr(struct ice_core *core, uint16_t vf)
{
	reset_vf(core, vf);
	core->vflrstat[vf / 32] |= 1u << (vf % 32);
}

void
ice_core_vf_reset(struct ice_core *core, uint16_t vf)
{
	if (vf >= core->cfg.nb_vfs || !core->vf[vf].present)
		return;
	vflr(core, vf);
	icc_intr_oicr(core, ICE_CORE_FN_PF, PFINT_OICR_VFLR_M);
}

void
ice_core_set_vfs(struct ice_core *core, uint16_t nb)
{
	bool gone = false;
	unsigned int i;

	for (i = 0; i < core->cfg.nb_vfs; i++) {
		if (core->vf[i].present && i >= nb) {
			vflr(core, i);
			gone = true;
		} else if (!core->vf[i].present && i < nb && !core->vf[i].known) {
			/* Nobody has been there before. With one that only comes
			 * back (the PF's FLR) its driver may still be there. */
			core->vf[i].unaware = false;
		}
		core->vf[i].present = i < nb;
		core->vf[i].known |= i < nb;
	}
	if (gone)
		icc_intr_oicr(core, ICE_CORE_FN_PF, PFINT_OICR_VFLR_M);
}

/* ---- the PF's registers ---- */

static bool
in(uint32_t off, uint32_t base, unsigned int count, unsigned int *n)
{
	if (off < base || off - base >= 4 * count)
		return false;
	*n = (off - base) / 4;
	return true;
}

/* Plain ones, `offset` in struct icc_vf. */
static const struct pf_reg {
	uint32_t base;
	uint16_t offset;
	uint32_t mask;
} pf_regs[] = {
#define R(reg, field, mask)	{ reg(0), offsetof(struct icc_vf, field), mask }
	R(VPINT_ALLOC, int_alloc, UINT32_MAX),
	R(VPINT_ALLOC_PCI, int_alloc_pci, UINT32_MAX),
	R(VPINT_MBX_CTL, mbx_ctl, ~INT_CTL_INTEVENT_M),
	R(VPLAN_TX_QBASE, tx_qbase, UINT32_MAX),
	R(VPLAN_TXQ_MAPENA, tx_mapena, VPLAN_MAPENA_M),
	R(VPLAN_RX_QBASE, rx_qbase, UINT32_MAX),
	R(VPLAN_RXQ_MAPENA, rx_mapena, VPLAN_MAPENA_M),
	R(VPGEN_VFRTRIG, vfrtrig, VPGEN_VFRTRIG_VFSWR_M),
#undef R
};

/* Does off name a VF of the device in an array of registers at base? */
static bool
names_vf(const struct ice_core *core, uint32_t off, uint32_t base, uint16_t *vf)
{
	if (off < base || off - base >= 4u * core->cfg.nb_vfs)
		return false;
	*vf = (off - base) / 4;
	return true;
}

/* Which mailbox register of which VF; as icc_ctlq_reg_read() counts. */
static bool
mbx_view(const struct ice_core *core, uint32_t off, uint16_t *vf, bool *arq, unsigned int *which)
{
	const uint32_t stride = VF_MBX_ATQBAH(0) - VF_MBX_ATQBAL(0);
	unsigned int k;

	if (off < VF_MBX_ATQBAL(0) || off >= VF_MBX_ATQBAL(0) + 10 * stride)
		return false;
	k = (off - VF_MBX_ATQBAL(0)) / stride;
	*arq = k >= 5;
	*which = k % 5;
	return names_vf(core, off, VF_MBX_ATQBAL(0) + k * stride, vf);
}

/* Registers in which nothing is ever set. */
static bool
mdet(const struct ice_core *core, uint32_t off)
{
	uint16_t vf;

	return names_vf(core, off, VP_MDET_TX_PQM(0), &vf) ||
	       names_vf(core, off, VP_MDET_TX_TCLAN(0), &vf) ||
	       names_vf(core, off, VP_MDET_TX_TDPU(0), &vf) ||
	       names_vf(core, off, VP_MDET_RX(0), &vf);
}

static uint32_t *
pf_reg_at(const struct ice_core *core, uint32_t off, uint32_t *mask)
{
	unsigned int i;
	uint16_t vf;

	for (i = 0; i < sizeof(pf_regs) / sizeof(pf_regs[0]); i++) {
		if (!names_vf(core, off, pf_regs[i].base, &vf))
			continue;
		*mask = pf_regs[i].mask;
		return (uint32_t *)((uint8_t *)&core->vf[vf] + pf_regs[i].offset);
	}
	return NULL;
}

bool
icc_vf_pf_read(const struct ice_core *core, uint32_t off, uint32_t *val)
{
	uint32_t mask, *reg;
	unsigned int which;
	uint16_t vf;
	bool arq;

	if (core->cfg.nb_vfs == 0)
		return false;
	reg = pf_reg_at(core, off, &mask);
	if (reg != NULL) {
		*val = *reg;
	} else if (names_vf(core, off, VFGEN_RSTAT(0), &vf)) {
		*val = core->vf[vf].rstat;
	} else if (names_vf(core, off, VPGEN_VFRSTAT(0), &vf)) {
		*val = VPGEN_VFRSTAT_VFRD_M;
	} else if (mbx_view(core, off, &vf, &arq, &which)) {
		*val = icc_ctlq_reg_read(&core->vf[vf].mbx, arq, which);
	} else if (off >= GLGEN_VFLRSTAT(0) && off < GLGEN_VFLRSTAT(ICE_MP_HW_MAX_VFS / 32)) {
		*val = core->vflrstat[(off - GLGEN_VFLRSTAT(0)) / 4];
	} else if (in(off, GLINT_VECT2FUNC(0), core->pf.nb_vectors, &which)) {
		*val = core->vec[core->pf.first_vector + which].vect2func;
	} else if (mdet(core, off)) {
		*val = 0;
	} else {
		return false;
	}
	return true;
}

bool
icc_vf_pf_write(struct ice_core *core, uint32_t off, uint32_t val)
{
	uint32_t mask, *reg;
	unsigned int which;
	uint16_t vf;
	bool arq;

	if (core->cfg.nb_vfs == 0)
		return false;
	reg = pf_reg_at(core, off, &mask);
	if (reg != NULL) {
		*reg = val & mask;
		if (names_vf(core, off, VPGEN_VFRTRIG(0), &vf) && *reg != 0)
			reset_vf(core, vf);
	} else if (names_vf(core, off, VFGEN_RSTAT(0), &vf)) {
		core->vf[vf].rstat = val & VFGEN_RSTAT_VFR_STATE_M;
	} else if (names_vf(core, off, VPGEN_VFRSTAT(0), &vf)) {
		icc_breach(core, ICC_BR_REG_RO, "0x%x", off);
	} else if (mbx_view(core, off, &vf, &arq, &which)) {
		/* All that a PF does is switch rings off. */
		if (which == 2 && !(val & CTLQ_LEN_ENABLE_M)) {
			(arq ? &core->vf[vf].mbx.arq : &core->vf[vf].mbx.atq)->len = 0;
			core->vf[vf].unaware = true;
			if (!arq)
				icc_mbx_drop(core, vf);
		} else if (val != 0) {
			icc_breach(core, ICC_BR_REG_RO, "0x%x", off);
		}
	} else if (off >= GLGEN_VFLRSTAT(0) && off < GLGEN_VFLRSTAT(ICE_MP_HW_MAX_VFS / 32)) {
		core->vflrstat[(off - GLGEN_VFLRSTAT(0)) / 4] &= ~val;
	} else if (in(off, GLINT_VECT2FUNC(0), core->pf.nb_vectors, &which)) {
		icc_intr_vect2func(core, core->pf.first_vector + which, val);
	} else {
		return mdet(core, off);
	}
	return true;
}

/* ---- BAR0 of a VF ---- */

/* The mailbox registers are in no order. */
static bool
mbx_of(uint32_t off, bool *arq, unsigned int *which)
{
	static const uint32_t regs[10] = {
		VF_ATQBAL1, VF_ATQBAH1, VF_ATQLEN1, VF_ATQH1, VF_ATQT1,
		VF_ARQBAL1, VF_ARQBAH1, VF_ARQLEN1, VF_ARQH1, VF_ARQT1,
	};
	unsigned int i;

	for (i = 0; i < 10 && regs[i] != off; i++)
		;
	*arq = i >= 5;
	*which = i % 5;
	return i < 10;
}

/* A register of a vector: which, and its interval register; -1: no vector. */
enum vec_reg { V_NONE, V_DYN_CTL, V_ITR };

static enum vec_reg
vec_reg(uint32_t off, unsigned int *n, unsigned int *itr)
{
	unsigned int i;

	*itr = 0;
	*n = 0;
	if (off == VFINT_DYN_CTL01)
		return V_DYN_CTL;
	if (in(off, VFINT_DYN_CTLN1(0), ICE_MP_VF_MAX_QPS, n)) {
		*n += 1;
		return V_DYN_CTL;
	}
	if (in(off, VFINT_ITR01(0), 3, itr))
		return V_ITR;
	for (i = 0; i < 3; i++) {
		if (in(off, VFINT_ITRN1(i, 0), ICE_MP_VF_MAX_QPS, n)) {
			*n += 1;
			*itr = i;
			return V_ITR;
		}
	}
	return V_NONE;
}

/* Its device vector. Before the PF granted any, and while it is about it (a
 * range first, then its vectors one by one), a VF's driver may very well write
 * to these; beyond those granted it may not. */
static int
own_vector(struct ice_core *core, uint16_t vf, unsigned int n)
{
	uint32_t a = core->vf[vf].int_alloc;
	unsigned int first = a & VPINT_ALLOC_FIRST_M;
	unsigned int last = (a & VPINT_ALLOC_LAST_M) >> VPINT_ALLOC_LAST_S;
	int abs = icc_vf_vector(core, vf, n);

	if (abs < 0 && (a & VPINT_ALLOC_VALID_M) &&
	    (first + n > last || n >= ICE_MP_VF_MAX_VECTORS))
		icc_breach_fn(core, ICE_CORE_FN_VF(vf), ICC_BR_INT_VECTOR, "vector %u", n);
	return abs;
}

uint32_t
icc_vf_read(struct ice_core *core, uint16_t vf, uint32_t off)
{
	struct icc_vf *v = &core->vf[vf];
	unsigned int n, itr;
	uint32_t val;
	bool arq;
	int abs;

	if (mbx_of(off, &arq, &n))
		return icc_ctlq_reg_read(&v->mbx, arq, n);
	if (in(off, QTX_TAIL1(0), ICE_MP_VF_MAX_QPS, &n)) {
		abs = vf_queue(core, v, n, true);
		return abs >= 0 && core->txq[abs].fn == v->mbx.fn ? core->txq[abs].tail : 0;
	}
	if (in(off, QRX_TAIL1(0), ICE_MP_VF_MAX_QPS, &n)) {
		abs = vf_queue(core, v, n, false);
		return abs >= 0 && core->rxq[abs].fn == v->mbx.fn ? core->rxq[abs].tail : 0;
	}
	switch (vec_reg(off, &n, &itr)) {
	case V_DYN_CTL:
		abs = own_vector(core, vf, n);
		return abs >= 0 ? icc_intr_dyn_read(core, abs) : 0;
	case V_ITR:
		abs = own_vector(core, vf, n);
		return abs >= 0 ? core->vec[abs].itr[itr] : 0;
	case V_NONE:
		break;
	}
	switch (off) {
	case VFINT_ICR01:
		val = v->icr01;
		v->icr01 = 0;
		return val;
	case VFINT_ICR0_ENA1:
		return v->icr0_ena;
	case VFINT_STAT_CTL01:
		return v->stat_ctl;
	case VF_VFGEN_RSTAT:
		return v->rstat;
	}
	icc_breach_fn(core, v->mbx.fn, ICC_BR_REG_UNKNOWN, "read of 0x%x", off);
	return 0;
}

static void
doorbell(struct ice_core *core, uint16_t vf, unsigned int n, uint32_t tail, bool tx)
{
	const struct icc_vf *v = &core->vf[vf];
	const uint16_t fn = v->mbx.fn;
	int q = vf_queue(core, v, n, tx);

	/* A queue that is on as somebody else's stays out of reach, whatever
	 * the PF wrote since. */
	if (q < 0 || (tx ? core->txq[q].ena && core->txq[q].fn != fn :
			   core->rxq[q].ena && core->rxq[q].fn != fn)) {
		/* Without a PF nobody has any: what the driver has went with it. */
		if (tail != 0 && v->rstat != VFGEN_RSTAT_VFACTIVE)
			core->vf[vf].nb_unaware++;
		else if (tail != 0)
			icc_breach_fn(core, fn, tx ? ICC_BR_TX_DISABLED : ICC_BR_RX_DISABLED,
				      "doorbell %u of its %s queue %u, which it does not have",
				      tail, tx ? "Tx" : "Rx", n);
	} else if (tx) {
		icc_txq_doorbell(core, fn, q, tail);
	} else {
		icc_rxq_tail(core, fn, q, tail);
	}
}

void
icc_vf_write(struct ice_core *core, uint16_t vf, uint32_t off, uint32_t val)
{
	struct icc_vf *v = &core->vf[vf];
	unsigned int n, itr;
	bool arq;
	int abs;

	/* In a global reset nothing of a VF is there. */
	if (core->reset_done_at != 0)
		return;
	if (in(off, QTX_TAIL1(0), ICE_MP_VF_MAX_QPS, &n)) {
		doorbell(core, vf, n, val, true);
		return;
	}
	if (in(off, QRX_TAIL1(0), ICE_MP_VF_MAX_QPS, &n)) {
		doorbell(core, vf, n, val, false);
		return;
	}
	switch (vec_reg(off, &n, &itr)) {
	case V_DYN_CTL:
		abs = own_vector(core, vf, n);
		if (abs >= 0)
			icc_intr_dyn_write(core, v->mbx.fn, abs, val);
		return;
	case V_ITR:
		abs = own_vector(core, vf, n);
		if (abs >= 0)
			core->vec[abs].itr[itr] = val & GLINT_ITR_INTERVAL_M;
		return;
	case V_NONE:
		break;
	}
	if (mbx_of(off, &arq, &n)) {
		icc_ctlq_reg_write(core, &v->mbx, arq, n, val);
		return;
	}
	switch (off) {
	case VFINT_ICR0_ENA1:
		val &= VFINT_ICR0_ENA1_ADMINQ_M;
		/* A message that came before it listened is not missed. */
		if ((val & ~v->icr0_ena) && (v->icr01 & VFINT_ICR01_ADMINQ_M))
			icc_intr_cause(core, v->mbx.fn, v->mbx_ctl);
		v->icr0_ena = val;
		return;
	case VFINT_STAT_CTL01:
		v->stat_ctl = val;
		return;
	case VFINT_ICR01:
	case VF_VFGEN_RSTAT:
		icc_breach_fn(core, v->mbx.fn, ICC_BR_REG_RO, "0x%x", off);
		return;
	}
	icc_breach_fn(core, v->mbx.fn, ICC_BR_REG_UNKNOWN, "write of 0x%x to 0x%x", val, off);
}

/* ---- state ---- */

void
icc_vf_json(const struct ice_core *core, struct icc_json *j)
{
	uint16_t rxqs[ICE_CORE_MAX_FNS] = { 0 }, txqs[ICE_CORE_MAX_FNS] = { 0 };
	const char *sep = "";
	unsigned int i;

	for (i = 0; i < core->pf.nb_queues; i++) {
		rxqs[core->rxq[i].fn] += core->rxq[i].ena;
		txqs[core->txq[i].fn] += core->txq[i].ena;
	}
	icc_json_add(j, "[");
	for (i = 0; i < core->cfg.nb_vfs; i++) {
		const struct icc_vf *v = &core->vf[i];

		if (!v->present)
			continue;
		icc_json_add(j, "%s{\"vf\":%u,\"rstat\":%u,\"rxqs\":%u,\"txqs\":%u,\"to_pf\":%llu,"
			     "\"to_pf_lost\":%llu,\"from_pf\":%llu,\"from_pf_lost\":%llu,"
			     "\"resets\":%llu}", sep, i, v->rstat, rxqs[v->mbx.fn], txqs[v->mbx.fn],
			     (unsigned long long)v->to_pf, (unsigned long long)v->to_pf_lost,
			     (unsigned long long)v->from_pf,
			     (unsigned long long)v->from_pf_lost,
			     (unsigned long long)v->resets);
		sep = ",";
	}
	icc_json_add(j, "]");
}
