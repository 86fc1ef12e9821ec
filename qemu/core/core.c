/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 *
 * Life of a device: create, resets, time, and its state for people.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aq_priv.h"
#include "ice_core_priv.h"

#define ULD_CORER_M	ICE_MP_BIT(3)
#define ULD_GLOBR_M	ICE_MP_BIT(4)
#define ULD_POR_M	(ICE_MP_BIT(5) | ICE_MP_BIT(8))

/* ---- time ---- */

void
icc_timer_at(struct ice_core *core, uint64_t when)
{
	if (when >= core->timer_at)
		return;
	core->timer_at = when;
	core->ops->timer(core->opaque, when);
}

/* What waits for buffers or for a peer waits at most this long; the timer
 * itself finds out what is due. */
void
icc_timer_rearm(struct ice_core *core)
{
	icc_timer_at(core, icc_now(core) + ICC_RX_STALL_NS);
}

void
icc_kick(struct ice_core *core)
{
	core->ops->kick(core->opaque);
}

static void
reset_done(struct ice_core *core)
{
	core->reset_done_at = 0;
	core->rstat &= ~GLGEN_RSTAT_DEVSTATE_M;
	core->uld = GLNVM_ULD_DONE_M;
	icc_intr_reset(core);
}

void
ice_core_timer(struct ice_core *core)
{
	uint64_t now = icc_now(core), next = UINT64_MAX, at[7];
	unsigned int i;

	/* Everybody names the next deadline below; while that goes on,
	 * nobody needs to ask. */
	core->timer_at = 0;
	if (core->reset_done_at != 0 && core->reset_done_at <= now)
		reset_done(core);
	if (core->empr_at != 0 && core->empr_at <= now)
		ice_core_reset(core, ICE_CORE_RESET_EMPR);
	at[0] = icc_fault_timer(core, now);
	at[1] = icc_ctlq_timer(core, now);
	at[2] = icc_rx_timer(core, now);
	at[3] = icc_tx_timer(core, now);
	at[4] = core->reset_done_at != 0 ? core->reset_done_at : UINT64_MAX;
	at[5] = core->empr_at != 0 ? core->empr_at : UINT64_MAX;
	/* Last: what happened above may have been held back by moderation. */
	at[6] = icc_intr_timer(core, now);
	for (i = 0; i < 7; i++)
		if (at[i] < next)
			next = at[i];
	core->timer_at = UINT64_MAX;
	if (next != UINT64_MAX)
		icc_timer_at(core, next);
}

bool
ice_core_run(struct ice_core *core, unsigned int budget)
{
	bool more;

	if (core->reset_done_at != 0)
		return false;
	more = icc_tx_run(core, budget) >= budget && core->run_count > 0;
	if (icc_mbx_work(core))
		more |= icc_mbx_run(core);
	icc_fault_poll(core);
	return more;
}

/* ---- resets ---- */

static void
clear_queues(struct ice_core *core)
{
	unsigned int i;

	for (i = 0; i < core->pf.nb_queues; i++) {
		struct icc_rxq *r = &core->rxq[i];
		struct icc_txq *t = &core->txq[i];
		bool rx_stuck = r->stuck, tx_stuck = t->stuck;

		if (r->ena)
			icc_rxq_disable(core, i);
		if (t->ena)
			icc_txq_disable(core, i);
		memset(r, 0, sizeof(*r));
		memset(t, 0, sizeof(*t));
		r->vsi = ICC_NO_VSI;
		t->vsi = ICC_NO_VSI;
		r->fn = ICE_CORE_FN_PF;
		t->fn = ICE_CORE_FN_PF;
		/* A broken part is not mended by a reset of the function. */
		r->stuck = rx_stuck;
		t->stuck = tx_stuck;
	}
	core->run_head = 0;
	core->run_count = 0;
	core->nb_dirty = 0;
}

static void
clear_switch(struct ice_core *core)
{
	struct icc_vsi_stats keep;
	unsigned int i;

	for (i = 0; i < ICE_MP_HW_MAX_VSI; i++) {
		/* Counters belong to the hardware VSI, not to its user. */
		keep = core->vsi[i].stats;
		memset(&core->vsi[i], 0, sizeof(core->vsi[i]));
		core->vsi[i].stats = keep;
	}
	memset(core->rule, 0, sizeof(core->rule));
	memset(core->list, 0, sizeof(core->list));
	memset(core->pf_lut, 0, sizeof(core->pf_lut));
	memset(core->gbl_lut, 0, sizeof(core->gbl_lut));
	core->nb_rules = 0;
	core->rule_hi = 0;
	icc_switch_invalidate(core);
}

static void
clear_stats(struct ice_core *core)
{
	unsigned int i;

	for (i = 0; i < ICE_CORE_MAX_PORTS; i++)
		memset(&core->port[i].stats, 0, sizeof(core->port[i].stats));
	for (i = 0; i < ICE_MP_HW_MAX_VSI; i++)
		memset(&core->vsi[i].stats, 0, sizeof(core->vsi[i].stats));
}

/* What every reset clears. */
static void
clear_function(struct ice_core *core, enum ice_core_reset kind)
{
	unsigned int i;

	icc_ctlq_reset(core);
	clear_queues(core);
	icc_vf_reset_all(core);
	clear_switch(core);
	icc_sched_reset(core);
	icc_aq_reset(core, kind);
	icc_regs_reset(core);
	icc_mp_reset(core, kind);
	for (i = 0; i < core->cfg.nb_ports; i++) {
		struct icc_port *p = &core->port[i];

		/* The next attempt to deliver finds nobody and is consumed. */
		if (p->rx_waiting && p->wire == ICE_CORE_PORT_ALL)
			core->ops->rx_ready(core->opaque, i);
		p->rx_waiting = false;
		p->rx_waiting_since = 0;
		if (kind == ICE_CORE_RESET_PFR || kind == ICE_CORE_RESET_FLR)
			continue;
		memset(&p->phy_cfg, 0, sizeof(p->phy_cfg));
		p->led = ICE_MP_AQ_LED_ORIG;
		p->admin_up = true;
		icc_port_update(core, i);
	}
}

/* CORER, GLOBR, EMPR: begin. */
static void
global_reset(struct ice_core *core, enum ice_core_reset kind)
{
	const unsigned int type = 1 + kind - ICE_CORE_RESET_CORER;
	const unsigned int shift = GLGEN_RSTAT_CORERCNT_S + 2 * (type - 1);
	uint32_t count = (core->rstat >> shift) + 1;

	core->rstat &= ~(GLGEN_RSTAT_RESET_TYPE_M | 3u << shift);
	core->rstat |= type << GLGEN_RSTAT_RESET_TYPE_S | (count & 3) << shift | 1;
	core->uld &= ~ULD_CORER_M;
	if (kind != ICE_CORE_RESET_CORER)
		core->uld &= ~ULD_GLOBR_M;
	if (kind == ICE_CORE_RESET_EMPR) {
		core->uld &= ~ULD_POR_M;
		core->empr_at = 0;
	}
	core->reset_done_at = icc_now(core) + icc_fault_reset_ns(core);
	clear_function(core, kind);
	clear_stats(core);
	if (kind == ICE_CORE_RESET_EMPR)
		icc_fault_change(core);
	/* The interrupt block goes last, so that the driver hears of it. */
	icc_intr_oicr(core, ICE_CORE_FN_PF, PFINT_OICR_GRST_M);
	icc_timer_at(core, core->reset_done_at);
}

void
ice_core_reset(struct ice_core *core, enum ice_core_reset kind)
{
	/* With power nobody has been there before. */
	core->unaware = kind != ICE_CORE_RESET_POR;
	switch (kind) {
	case ICE_CORE_RESET_CORER:
	case ICE_CORE_RESET_GLOBR:
	case ICE_CORE_RESET_EMPR:
		global_reset(core, kind);
		return;
	case ICE_CORE_RESET_PFR:
		/* The larger reset under way does it all. */
		if (core->reset_done_at != 0)
			return;
		clear_function(core, kind);
		icc_intr_reset(core);
		return;
	case ICE_CORE_RESET_FLR:
		clear_function(core, kind);
		/* Not of the global reset, if there is one: it goes on. */
		icc_intr_reset(core);
		return;
	case ICE_CORE_RESET_POR:
		core->rstat = 0;
		core->empr_at = 0;
		clear_function(core, kind);
		clear_stats(core);
		reset_done(core);
		return;
	}
}

/* ---- create, destroy ---- */

static bool
cfg_ok(const struct ice_core_cfg *cfg, const struct ice_core_ops *ops, char *err, size_t len)
{
	unsigned int i;

#define BAD(cond, ...) do { \
	if (cond) { \
		if (err != NULL && len > 0) \
			snprintf(err, len, __VA_ARGS__); \
		return false; \
	} } while (0)
	BAD(ops->dma_read == NULL || ops->dma_write == NULL || ops->msix == NULL ||
	    ops->tx == NULL || ops->rx_ready == NULL || ops->now_ns == NULL ||
	    ops->timer == NULL || ops->kick == NULL, "an operation is missing");
	BAD(cfg->nb_ports < 1 || cfg->nb_ports > ICE_CORE_MAX_PORTS, "%u ports, 1..%u expected",
	    cfg->nb_ports, ICE_CORE_MAX_PORTS);
	BAD(cfg->nb_vfs > ICE_MP_HW_MAX_VFS, "%u VFs, 0..%u expected", cfg->nb_vfs,
	    ICE_MP_HW_MAX_VFS);
	BAD(cfg->nb_vectors != 0 && (cfg->nb_vectors < 2 ||
				     cfg->nb_vectors > ICE_MP_HW_MAX_VECTORS),
	    "%u vectors, 2..%u expected", cfg->nb_vectors, ICE_MP_HW_MAX_VECTORS);
	BAD(cfg->nb_queues > ICC_MAX_QUEUES, "%u queues, 1..%u expected", cfg->nb_queues,
	    ICC_MAX_QUEUES);
	for (i = 0; i < cfg->nb_ports; i++) {
		const uint8_t *m = cfg->mac[i];
		uint16_t s = cfg->speed[i];

		BAD((m[0] & 1) || (m[0] | m[1] | m[2] | m[3] | m[4] | m[5]) == 0,
		    "port %u: its MAC address is no unicast address", i);
		BAD(s != 0 && s != 10 && s != 25 && s != 40 && s != 50 && s != 100,
		    "port %u: speed %u, one of 10 25 40 50 100 expected", i, s);
	}
#undef BAD
	return true;
}

struct ice_core *
ice_core_create(const struct ice_core_cfg *cfg, const struct ice_core_ops *ops, void *opaque,
		char *err, size_t errlen)
{
	struct ice_core *core;
	unsigned int i;

	if (!cfg_ok(cfg, ops, err, errlen))
		return NULL;
	core = calloc(1, sizeof(*core));
	if (core != NULL) {
		core->cfg = *cfg;
		core->ops = ops;
		core->opaque = opaque;
		core->scratch = malloc(ICC_SCRATCH_SIZE);
	}
	if (core == NULL || core->scratch == NULL || icc_regs_init(core) != 0 ||
	    icc_fault_init(core) != 0 || icc_aq_init(core) != 0 || icc_vf_init(core) != 0) {
		ice_core_destroy(core);
		if (err != NULL && errlen > 0)
			snprintf(err, errlen, "out of memory");
		return NULL;
	}
	if (core->cfg.nb_vectors == 0)
		core->cfg.nb_vectors = ICE_CORE_DEF_VECTORS + cfg->nb_vfs * ICE_CORE_DEF_VF_VECTORS;
	if (core->cfg.nb_queues == 0)
		core->cfg.nb_queues = ICE_CORE_DEF_QUEUES + cfg->nb_vfs * ICE_CORE_DEF_VF_QUEUES;
	core->pf.used = true;
	core->pf.nb_vectors = core->cfg.nb_vectors;
	core->pf.nb_queues = core->cfg.nb_queues;
	core->timer_at = UINT64_MAX;
	core->intr_next = UINT64_MAX;
	for (i = 0; i < ICE_CORE_MAX_PORTS; i++) {
		struct icc_port *p = &core->port[i];

		memcpy(p->mac, cfg->mac[i], sizeof(p->mac));
		p->speed_gbps = cfg->speed[i] != 0 ? cfg->speed[i] : 100;
		p->wire = ICE_CORE_PORT_ALL;
	}
	ice_core_reset(core, ICE_CORE_RESET_POR);
	return core;
}

void
ice_core_destroy(struct ice_core *core)
{
	if (core == NULL)
		return;
	icc_fault_destroy(core);
	free(core->aq_state);
	free(core->vf);
	free(core->reg_store);
	free(core->scratch);
	free(core);
}

/* ---- state ---- */

static const char *
yes(bool b)
{
	return b ? "true" : "false";
}

static void
port_json(const struct ice_core *core, uint8_t i, struct icc_json *j)
{
	const struct icc_port *p = &core->port[i];
	const struct icc_port_stats *s = &p->stats;

	icc_json_add(j, "{\"lport\":%u,\"mac\":\"%02x:%02x:%02x:%02x:%02x:%02x\","
		     "\"link\":\"%s\",\"speed_gbps\":%u,", i, p->mac[0], p->mac[1], p->mac[2],
		     p->mac[3], p->mac[4], p->mac[5], p->link_up ? "up" : "down", p->speed_gbps);
	icc_json_add(j, "\"backend\":%s,\"backend_up\":%s,\"admin_up\":%s,\"link_fault\":%s,"
		     "\"forced_down\":%s,\"wire\":%d,\"link_changes\":%llu,\"phy_low\":%llu,",
		     yes(p->backend), yes(p->backend_up), yes(p->admin_up), yes(p->fault),
		     yes(p->force_down), p->wire == ICE_CORE_PORT_ALL ? -1 : p->wire,
		     (unsigned long long)p->link_changes,
		     (unsigned long long)p->phy_cfg.phy_type_low);
	icc_json_add(j, "\"link_gbps\":%u,\"autoneg\":%s,\"fec\":%u,\"pause_tx\":%s,"
		     "\"pause_rx\":%s,\"pause_quanta\":%u,\"led\":%u,", p->now.gbps,
		     yes(p->now.autoneg), p->now.fec, yes(p->now.pause_tx), yes(p->now.pause_rx),
		     p->pause_quanta, p->led);
#define N(field)	(unsigned long long)s->field
	icc_json_add(j, "\"rx\":{\"bytes\":%llu,\"uc\":%llu,\"mc\":%llu,\"bc\":%llu,"
		     "\"no_buf\":%llu,\"oversize\":%llu,\"undersize\":%llu},"
		     "\"tx\":{\"bytes\":%llu,\"uc\":%llu,\"mc\":%llu,\"bc\":%llu,"
		     "\"link_down\":%llu}}", N(rx_bytes), N(rx_uc), N(rx_mc), N(rx_bc),
		     N(rx_no_buf), N(rx_oversize), N(rx_undersize), N(tx_bytes), N(tx_uc),
		     N(tx_mc), N(tx_bc), N(tx_dropped_link_down));
#undef N
}

size_t
ice_core_query(const struct ice_core *core, char *buf, size_t len)
{
	const struct icc_aq_state *aq = core->aq_state;
	struct icc_json j = { buf, len, 0 };
	unsigned int luts = __builtin_popcountll(aq->res[ICE_MP_AQ_RES_GLOBAL_RSS][0]);
	unsigned int i, vsis = 0, rxqs = 0, txqs = 0, nodes = 0, lists = 0, rates = 0;

	for (i = 0; i < ICE_MP_HW_MAX_VSI; i++)
		vsis += core->vsi[i].used;
	for (i = 0; i < ICC_MAX_QUEUES; i++) {
		rxqs += core->rxq[i].ena;
		txqs += core->txq[i].ena;
	}
	for (i = 0; i < ICC_MAX_NODES; i++)
		nodes += core->node[i].used;
	for (i = 0; i < ICC_MAX_LISTS; i++)
		lists += core->list[i].used;
	for (i = 0; i < ICC_RL_PROFILES; i++)
		rates += core->rl[i].used;
	if (len > 0)
		buf[0] = '\0';
	icc_json_add(&j, "{\"mp_enable\":%s,\"in_reset\":%s,\"rstat\":%u,", yes(core->mp_enable),
		     yes(core->reset_done_at != 0), core->rstat);
	icc_json_add(&j, "\"ports\":[");
	for (i = 0; i < core->cfg.nb_ports; i++) {
		if (i > 0)
			icc_json_add(&j, ",");
		port_json(core, i, &j);
	}
	icc_json_add(&j, "],\"used\":{\"rates\":%u,\"luts\":%u,\"vsis\":%u,\"rules\":%u,"
		     "\"lists\":%u,\"nodes\":%u,\"rxqs\":%u,\"txqs\":%u},", rates, luts, vsis,
		     core->nb_rules, lists, nodes, rxqs, txqs);
	icc_json_add(&j, "\"aq\":{\"cmds\":%llu,\"errors\":%llu,\"enosys\":%llu,"
		     "\"timeouts\":%llu,\"last_opcode\":%u,\"last_rc\":%u,\"arq_dropped\":%llu},",
		     (unsigned long long)core->aq.cmds, (unsigned long long)core->aq.errors,
		     (unsigned long long)core->aq.enosys, (unsigned long long)core->aq.timeouts,
		     core->aq.last_opcode, core->aq.last_rc,
		     (unsigned long long)core->arq_dropped);
	icc_json_add(&j, "\"events\":{\"pending\":%u,\"dropped\":%llu},\"fault\":",
		     core->ev_count, (unsigned long long)core->ev_dropped);
	icc_fault_json(core, &j);
	icc_json_add(&j, ",\"vfs\":");
	icc_vf_json(core, &j);
	icc_json_add(&j, ",\"violations\":");
	icc_check_json(core, &j);
	icc_json_add(&j, "}");
	return j.at;
}
