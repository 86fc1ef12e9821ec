/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 *
 * What a function has, in one number: for tests that have to show that one
 * function's doing left another's alone. Decisions only (contexts, rules,
 * tables, grants, ring addresses), nothing that moves with traffic.
 */

#include "ice_core_priv.h"

#define FNV_START	0xCBF29CE484222325ull
#define FNV_PRIME	0x100000001B3ull

static uint64_t
mix(uint64_t h, const void *data, size_t len)
{
	const uint8_t *p = data;

	while (len-- > 0)
		h = (h ^ *p++) * FNV_PRIME;
	return h;
}

#define MIX(h, what)	((h) = mix(h, &(what), sizeof(what)))

static uint64_t
mix_vsi(uint64_t h, const struct ice_core *core, uint16_t n)
{
	const struct icc_vsi *v = &core->vsi[n];

	MIX(h, n);
	MIX(h, v->type);
	MIX(h, v->lport);
	MIX(h, v->ctx);
	MIX(h, v->rss_key);
	MIX(h, v->lut);
	MIX(h, v->hash_ctl);
	MIX(h, core->rss_live.vsig[n]);
	return h;
}

/* A rule as one of its VSIs has it: which others share it is not its affair. */
static uint64_t
rule_of_vsi(const struct icc_rule *r, uint16_t vsi)
{
	const uint32_t own = ICE_MP_ACT_VSI_ID_M | ICE_MP_ACT_VSI_LIST;
	uint32_t act = r->act & ~own;
	uint64_t h = FNV_START;

	MIX(h, vsi);
	MIX(h, r->type);
	MIX(h, r->recipe);
	MIX(h, r->lport);
	MIX(h, act);
	MIX(h, r->da);
	MIX(h, r->vlan);
	MIX(h, r->ethertype);
	return h;
}

/* Sums do not depend on the order in which rules were made. */
static uint64_t
rules(const struct ice_core *core, uint16_t fn)
{
	uint64_t sum = 0;
	unsigned int i, vsi;

	for (i = 0; i < core->rule_hi; i++) {
		const struct icc_rule *r = &core->rule[i];

		for (vsi = 0; r->used && vsi < ICE_MP_HW_MAX_VSI; vsi++)
			if (core->vsi[vsi].used && icc_vsi_fn(&core->vsi[vsi]) == fn &&
			    icc_rule_has_vsi(core, r, vsi))
				sum += rule_of_vsi(r, vsi);
	}
	return sum;
}

/* A queue and, for Tx, its way up the scheduler tree. */
static uint64_t
mix_queue(uint64_t h, const struct ice_core *core, uint16_t n, uint16_t fn)
{
	const struct icc_rxq *rq = &core->rxq[n];
	const struct icc_txq *tq = &core->txq[n];

	if ((rq->ena ? rq->fn : icc_vf_queue_owner(core, n, false)) == fn) {
		MIX(h, n);
		MIX(h, rq->ena);
		MIX(h, rq->intctl);
		MIX(h, rq->rxdid_ctl);
		MIX(h, rq->ctx);
		if (rq->ena)
			MIX(h, rq->vsi);
	}
	if ((tq->ena ? tq->fn : icc_vf_queue_owner(core, n, true)) == fn) {
		MIX(h, n);
		MIX(h, tq->ena);
		MIX(h, tq->intctl);
		if (tq->ena) {
			MIX(h, tq->vsi);
			MIX(h, tq->lport);
			MIX(h, tq->teid);
			MIX(h, tq->base);
			MIX(h, tq->qlen);
		}
	}
	return h;
}

static uint64_t
mix_node(uint64_t h, const struct ice_core *core, const struct icc_sched_node *n, uint16_t fn)
{
	if (!n->used || n->txq >= ICC_MAX_QUEUES || core->txq[n->txq].fn != fn)
		return h;
	MIX(h, n->teid);
	MIX(h, n->parent);
	MIX(h, n->lport);
	MIX(h, n->data);
	return h;
}

static uint64_t
mix_ring(uint64_t h, const struct icc_ctlq_ring *r)
{
	MIX(h, r->bal);
	MIX(h, r->bah);
	MIX(h, r->len);
	return h;
}

static uint64_t
mix_vf(uint64_t h, const struct ice_core *core, uint16_t vf)
{
	const struct icc_vf *v = &core->vf[vf];

	MIX(h, v->present);
	MIX(h, v->rstat);
	MIX(h, v->icr0_ena);
	MIX(h, v->vfrtrig);
	MIX(h, v->int_alloc);
	MIX(h, v->int_alloc_pci);
	MIX(h, v->mbx_ctl);
	MIX(h, v->tx_qbase);
	MIX(h, v->tx_mapena);
	MIX(h, v->rx_qbase);
	MIX(h, v->rx_mapena);
	MIX(h, core->vf_port_map[vf]);
	h = mix_ring(h, &v->mbx.atq);
	return mix_ring(h, &v->mbx.arq);
}

static uint64_t
mix_pf(uint64_t h, const struct ice_core *core)
{
	const struct icc_fn *f = &core->pf;
	unsigned int i;

	for (i = 0; i < core->cfg.nb_ports; i++) {
		const struct icc_port *p = &core->port[i];

		MIX(h, p->laa);
		MIX(h, p->admin_up);
		MIX(h, p->loopback);
		MIX(h, p->max_frame);
		MIX(h, p->event_mask);
		MIX(h, p->phy_cfg);
	}
	MIX(h, core->pf_lut);
	MIX(h, core->gbl_lut);
	MIX(h, f->oicr_ena);
	MIX(h, f->oicr_ctl);
	MIX(h, f->fw_ctl);
	MIX(h, f->mbx_ctl);
	h = mix_ring(h, &f->adminq.atq);
	h = mix_ring(h, &f->adminq.arq);
	h = mix_ring(h, &f->mbx.atq);
	return mix_ring(h, &f->mbx.arq);
}

uint64_t
ice_core_fn_digest(const struct ice_core *core, uint16_t fn)
{
	uint64_t h = FNV_START, sum;
	unsigned int i;

	if (fn > core->cfg.nb_vfs)
		return 0;
	h = fn == ICE_CORE_FN_PF ? mix_pf(h, core) : mix_vf(h, core, fn - ICE_CORE_FN_VF(0));
	for (i = 0; i < ICE_MP_HW_MAX_VSI; i++)
		if (core->vsi[i].used && icc_vsi_fn(&core->vsi[i]) == fn)
			h = mix_vsi(h, core, i);
	sum = rules(core, fn);
	MIX(h, sum);
	for (i = 0; i < core->pf.nb_queues; i++)
		h = mix_queue(h, core, i, fn);
	for (i = 0; i < ICC_MAX_NODES; i++)
		h = mix_node(h, core, &core->node[i], fn);
	for (i = 0; i < core->pf.nb_vectors; i++) {
		const struct icc_vector *v = &core->vec[core->pf.first_vector + i];

		if (v->fn != fn)
			continue;
		MIX(h, i);
		MIX(h, v->vect2func);
		MIX(h, v->itr);
		MIX(h, v->rate);
	}
	return h;
}
