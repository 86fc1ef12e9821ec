/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

/**
 * @file
 * VSI, scheduler branch, queues, RSS and counters of a VF.
 *
 * The scheduler allows each node so many children, so the VSI nodes of a
 * port's VFs hang from nodes shared by neighbours, which come with the first
 * of them and go with the last:
 *
 *   root - TC - entry - … shared (layer 4) - VSI (layer 5) - … - queue group
 *
 * They are apart from the branch of the port's own VSI, which a reset of the
 * port takes down.
 */

#include <errno.h>
#include <string.h>

#include <rte_malloc.h>

#include "ice_mp_adminq.h"
#include "ice_mp_aqcmd.h"
#include "ice_mp_hwq.h"
#include "ice_mp_log.h"
#include "ice_mp_port.h"
#include "ice_mp_vf_hw.h"
#include "ice_mp_vsi.h"

/** Shared scheduler nodes, by port, layer and position in the layer. */
struct ice_mp_vf_trees {
	struct {
		uint32_t teid;
		uint16_t refs;
	} node[ICE_MP_MAX_PORTS][ICE_MP_SCHED_VSI_LAYER][ICE_MP_HW_MAX_VFS];
};

int
ice_mp_vf_trees_init(struct ice_mp_vfs *vfs)
{
	vfs->trees = rte_zmalloc("ice_mp_vf_trees", sizeof(*vfs->trees), 0);
	return vfs->trees == NULL ? -ENOMEM : 0;
}

void
ice_mp_vf_trees_fini(struct ice_mp_vfs *vfs)
{
	rte_free(vfs->trees);
	vfs->trees = NULL;
}

/* Position of a VF's node in a layer above its VSI. */
static unsigned int
tree_pos(const struct ice_mp_vf *vf, int layer)
{
	unsigned int pos = vf->id;
	int i;

	for (i = layer + 1; i <= ICE_MP_SCHED_VSI_LAYER; i++)
		pos /= vf->pf->siblings[i];
	return pos;
}

static void
tree_put(struct ice_mp_vf *vf, int layer)
{
	unsigned int pos = tree_pos(vf, layer);
	uint16_t *refs = &vf->pf->vfs->trees->node[vf->lport][layer][pos].refs;
	uint32_t *teid = &vf->pf->vfs->trees->node[vf->lport][layer][pos].teid;

	if (--*refs == 0)
		ice_mp_sched_drop_node(vf->pf, vf->nodes[layer - 1], teid);
	vf->nodes[layer] = 0;
}

static int
tree_get(struct ice_mp_vf *vf, int layer)
{
	unsigned int pos = tree_pos(vf, layer);
	uint16_t *refs = &vf->pf->vfs->trees->node[vf->lport][layer][pos].refs;
	uint32_t *teid = &vf->pf->vfs->trees->node[vf->lport][layer][pos].teid;
	int rc;

	if (*refs == 0) {
		rc = ice_mp_aqc_add_node(vf->pf, vf->nodes[layer - 1], teid);
		if (rc != 0)
			return rc;
	}
	(*refs)++;
	vf->nodes[layer] = *teid;
	return 0;
}

/* Nodes from the entry point's layer on, which is the first that is not 0. */
static void
vf_sched_fini(struct ice_mp_vf *vf)
{
	int layer;

	ice_mp_sched_unchain(vf->pf, vf->nodes, ICE_MP_SCHED_VSI_LAYER);
	for (layer = ICE_MP_SCHED_VSI_LAYER - 1; layer > 0 && vf->nodes[layer - 1] != 0; layer--)
		tree_put(vf, layer);
	memset(vf->nodes, 0, sizeof(vf->nodes));
}

static int
vf_sched_init(struct ice_mp_vf *vf)
{
	uint32_t root;
	int layer, rc;

	memset(vf->nodes, 0, sizeof(vf->nodes));
	layer = ice_mp_sched_entry(vf->pf, vf->lport, vf->nodes, &root);
	if (layer < 0)
		return layer;
	for (layer++; layer < ICE_MP_SCHED_VSI_LAYER; layer++) {
		rc = tree_get(vf, layer);
		if (rc != 0)
			goto fail;
	}
	rc = ice_mp_sched_chain(vf->pf, vf->nodes, ICE_MP_SCHED_VSI_LAYER);
	if (rc != 0)
		goto fail;
	return 0;
fail:
	while (--layer > 0 && vf->nodes[layer - 1] != 0)
		tree_put(vf, layer);
	memset(vf->nodes, 0, sizeof(vf->nodes));
	return rc;
}

static struct ice_mp_vsi_conf
vsi_of_vf(const struct ice_mp_vf *vf)
{
	const struct ice_mp_vf_admin *admin = &vf->admin;

	return (struct ice_mp_vsi_conf){
		.vf = vf->id,
		.swid = vf->pf->swids[vf->lport],
		.loopback = true,
		.prune = admin->pvid != 0 ||
			 (vf->nb_vlans != 0 && !vf->promisc && !admin->promisc),
		.strip = vf->strip,
		.spoof_check = admin->spoof_check,
		.tx_prune = admin->spoof_check && vf->nb_vlans != 0,
		.pvid = admin->pvid != 0 ? admin->pvid | admin->pvid_prio << 13 : 0,
		.q_base = vf->q_base,
		.nb_queues = vf->nb_queues,
		.q_opt_rss = ICE_MP_VSI_RSS_LUT_VSI,
	};
}

int
ice_mp_vf_vsi_update(struct ice_mp_vf *vf)
{
	struct ice_mp_vsi_conf conf = vsi_of_vf(vf);

	return ice_mp_vsi_change(vf->pf, vf->vsi, &conf);
}

int
ice_mp_vf_rss_set(struct ice_mp_vf *vf, const uint8_t key[ICE_MP_RSS_KEY_SIZE],
		  const uint8_t lut[ICE_MP_VC_RSS_LUT_SIZE], uint64_t hena)
{
	static const uint8_t queue0[ICE_MP_VC_RSS_LUT_SIZE];
	int rc;

	/* Which fields are hashed is the device's; no type: no spreading. */
	rc = ice_mp_aqc_rss_lut_vsi(vf->pf, vf->vsi, hena != 0 ? lut : queue0);
	if (rc == 0) {
		rc = ice_mp_aqc_rss_key(vf->pf, vf->vsi, key);
		if (rc != 0)
			(void)ice_mp_aqc_rss_lut_vsi(vf->pf, vf->vsi,
						     vf->hena != 0 ? vf->rss_lut : queue0);
	}
	if (rc != 0) {
		VF_LOG(vf, ERR, "RSS was not configured: %s.", rte_strerror(-rc));
		return rc;
	}
	memmove(vf->rss_key, key, sizeof(vf->rss_key));
	memmove(vf->rss_lut, lut, sizeof(vf->rss_lut));
	vf->hena = hena;
	return 0;
}

static int
vf_rss_init(struct ice_mp_vf *vf)
{
	uint8_t lut[ICE_MP_VC_RSS_LUT_SIZE];
	unsigned int i;

	for (i = 0; i < RTE_DIM(lut); i++)
		lut[i] = i % vf->nb_queues;
	return ice_mp_vf_rss_set(vf, ice_mp_rss_default_key, lut, ICE_MP_VF_HENA);
}

int
ice_mp_vf_hw_init(struct ice_mp_vf *vf)
{
	struct ice_mp_vsi_conf conf = vsi_of_vf(vf);
	int rc;

	rc = vf_sched_init(vf);
	if (rc != 0)
		goto fail_sched;
	rc = ice_mp_vf_rate_set(vf);
	if (rc != 0)
		goto fail_rate;
	rc = ice_mp_vsi_create(vf->pf, &conf, &vf->vsi);
	if (rc != 0)
		goto fail_vsi;
	vf->hw_up = true;
	rc = vf_rss_init(vf);
	if (rc != 0)
		goto fail_rss;
	rc = ice_mp_vf_filter_init(vf);
	if (rc != 0)
		goto fail_filter;
	ice_mp_vf_stats_rebase(vf);
	return 0;

fail_filter:
fail_rss:
	(void)ice_mp_aqc_free_vsi(vf->pf, vf->vsi);
	vf->hw_up = false;
fail_vsi:
fail_rate:
	vf_sched_fini(vf);
	ice_mp_vf_rate_drop(vf);
fail_sched:
	VF_LOG(vf, ERR, "No resources: %s.", rte_strerror(-rc));
	return rc;
}

void
ice_mp_vf_hw_fini(struct ice_mp_vf *vf)
{
	uint16_t q;
	int rc;

	if (!vf->hw_up)
		return;
	ice_mp_vf_stats_tick(vf);
	for (q = 0; q < RTE_DIM(vf->rx); q++) {
		(void)ice_mp_vf_txq_off(vf, q);
		(void)ice_mp_vf_rxq_off(vf, q);
	}
	memset(vf->rx, 0, sizeof(vf->rx));
	memset(vf->tx, 0, sizeof(vf->tx));
	ice_mp_vf_filter_fini(vf);
	rc = ice_mp_present(vf->pf) ? ice_mp_aqc_free_vsi(vf->pf, vf->vsi) : 0;
	if (rc != 0 && ice_mp_aq_up(vf->pf))
		VF_LOG(vf, WARNING, "VSI %u stays behind: %s.", vf->vsi, rte_strerror(-rc));
	vf_sched_fini(vf);
	ice_mp_vf_rate_drop(vf);
	vf->hw_up = false;
}

void
ice_mp_vf_hw_lost(struct ice_mp_pf *pf)
{
	struct ice_mp_vfs *vfs = pf->vfs;
	unsigned int i;

	memset(vfs->trees, 0, sizeof(*vfs->trees));
	ice_mp_vf_rates_lost(pf);
	for (i = 0; i < vfs->nb; i++) {
		struct ice_mp_vf *vf = &vfs->vf[i];

		vf->hw_up = false;
		memset(vf->nodes, 0, sizeof(vf->nodes));
		memset(vf->rx, 0, sizeof(vf->rx));
		memset(vf->tx, 0, sizeof(vf->tx));
		ice_mp_vf_filter_lost(vf);
	}
}

/* The vector is the VF's; its vector 0 is the mailbox's. */
static uint32_t
queue_cause(const struct ice_mp_vf_ring *r)
{
	if (!r->on || r->vector == 0)
		return 0;
	return r->vector | (uint32_t)r->itr << INT_CTL_ITR_INDX_S | INT_CTL_CAUSE_ENA_M;
}

void
ice_mp_vf_rxq_irq(struct ice_mp_vf *vf, uint16_t q)
{
	ice_mp_wr32(vf->pf, QINT_RQCTL(vf->q_base + q), queue_cause(&vf->rx[q]));
}

void
ice_mp_vf_txq_irq(struct ice_mp_vf *vf, uint16_t q)
{
	ice_mp_wr32(vf->pf, QINT_TQCTL(vf->q_base + q), queue_cause(&vf->tx[q]));
}

/* The tail is the VF's: it has posted its buffers before. */
int
ice_mp_vf_rxq_on(struct ice_mp_vf *vf, uint16_t q)
{
	struct ice_mp_vf_ring *r = &vf->rx[q];
	struct ice_mp_hw_rxq hw = {
		.ring = r->addr,
		.nb_desc = r->len,
		.buf_size = r->buf_size,
		.max_frame = r->max_frame,
		.rxdid = r->rxdid,
		.keep_crc = r->keep_crc,
	};
	int rc;

	ice_mp_hw_rxq_program(vf->pf, vf->q_base + q, &hw);
	rc = ice_mp_hw_rxq_switch(vf->pf, vf->q_base + q, true);
	if (rc != 0) {
		VF_LOG(vf, ERR, "Rx queue %u cannot be enabled: %s.", q, rte_strerror(-rc));
		(void)ice_mp_hw_rxq_switch(vf->pf, vf->q_base + q, false);
		return rc;
	}
	r->on = true;
	ice_mp_vf_rxq_irq(vf, q);
	return 0;
}

int
ice_mp_vf_rxq_off(struct ice_mp_vf *vf, uint16_t q)
{
	struct ice_mp_vf_ring *r = &vf->rx[q];
	int rc;

	if (!r->on)
		return 0;
	r->on = false;
	ice_mp_vf_rxq_irq(vf, q);
	rc = ice_mp_hw_rxq_switch(vf->pf, vf->q_base + q, false);
	if (rc != 0)
		VF_LOG(vf, ERR, "Rx queue %u cannot be disabled: %s.", q, rte_strerror(-rc));
	return rc;
}

int
ice_mp_vf_txq_on(struct ice_mp_vf *vf, uint16_t q)
{
	struct ice_mp_vf_ring *r = &vf->tx[q];
	struct ice_mp_hw_txq hw = {
		.ring = r->addr,
		.nb_desc = r->len,
		.vsi = vf->vsi,
		.lport = vf->lport,
		.vf = vf->id,
	};
	int rc;

	/* Nothing of what the slot was before is sent. */
	ice_mp_wr32(vf->pf, QTX_COMM_DBELL(vf->q_base + q), 0);
	rc = ice_mp_hw_txq_add(vf->pf, vf->nodes[ICE_MP_SCHED_QGRP_LAYER], vf->q_base + q, &hw,
			       &r->teid);
	if (rc != 0) {
		VF_LOG(vf, ERR, "Tx queue %u cannot be created: %s.", q, rte_strerror(-rc));
		return rc;
	}
	r->on = true;
	ice_mp_vf_txq_irq(vf, q);
	return 0;
}

int
ice_mp_vf_txq_off(struct ice_mp_vf *vf, uint16_t q)
{
	struct ice_mp_vf_ring *r = &vf->tx[q];
	int rc;

	if (!r->on)
		return 0;
	r->on = false;
	ice_mp_vf_txq_irq(vf, q);
	if (!ice_mp_present(vf->pf))
		return 0;
	rc = ice_mp_aqc_del_txq(vf->pf, vf->nodes[ICE_MP_SCHED_QGRP_LAYER], vf->q_base + q);
	/* A function level reset of the VF takes its queues. */
	if (rc == -ENOENT)
		rc = 0;
	if (rc != 0 && ice_mp_aq_up(vf->pf))
		VF_LOG(vf, ERR, "Tx queue %u cannot be removed: %s.", q, rte_strerror(-rc));
	return rc;
}

/* Counters of a VSI, 40 bits wide unless said. */
static const struct {
	uint32_t reg;
	bool is32;
} vf_stats[ICE_MP_VF_STATS] = {
	[ICE_MP_VF_STAT_RX_BYTES] = { GLV_GORCL, false },
	[ICE_MP_VF_STAT_RX_UC] = { GLV_UPRCL, false },
	[ICE_MP_VF_STAT_RX_MC] = { GLV_MPRCL, false },
	[ICE_MP_VF_STAT_RX_BC] = { GLV_BPRCL, false },
	[ICE_MP_VF_STAT_RX_DISCARDS] = { GLV_RDPC(0), true },
	[ICE_MP_VF_STAT_TX_BYTES] = { GLV_GOTCL, false },
	[ICE_MP_VF_STAT_TX_UC] = { GLV_UPTCL, false },
	[ICE_MP_VF_STAT_TX_MC] = { GLV_MPTCL, false },
	[ICE_MP_VF_STAT_TX_BC] = { GLV_BPTCL, false },
	[ICE_MP_VF_STAT_TX_ERRORS] = { GLV_TEPC(0), true },
};

static void
vf_stats_read(const struct ice_mp_vf *vf, uint64_t raw[ICE_MP_VF_STATS])
{
	unsigned int i;

	for (i = 0; i < ICE_MP_VF_STATS; i++)
		raw[i] = vf_stats[i].is32 ?
			 ice_mp_rd32(vf->pf, vf_stats[i].reg + 4 * vf->vsi) :
			 ice_mp_stat_read40(vf->pf, vf_stats[i].reg + GLV_STRIDE * vf->vsi);
}

void
ice_mp_vf_stats_rebase(struct ice_mp_vf *vf)
{
	uint64_t raw[ICE_MP_VF_STATS];
	unsigned int i;

	vf_stats_read(vf, raw);
	for (i = 0; i < ICE_MP_VF_STATS; i++)
		vf->stats[i] = (struct ice_mp_stat){ .prev = raw[i] };
	memset(vf->stats_zero, 0, sizeof(vf->stats_zero));
}

void
ice_mp_vf_stats_tick(struct ice_mp_vf *vf)
{
	uint64_t raw[ICE_MP_VF_STATS];
	unsigned int i;

	if (!vf->hw_up)
		return;
	vf_stats_read(vf, raw);
	/* As with a port's: what was read in a reset is of nobody. */
	if (!ice_mp_present(vf->pf) || !ice_mp_aq_alive(vf->pf))
		return;
	for (i = 0; i < ICE_MP_VF_STATS; i++) {
		vf->stats[i].total += (raw[i] - vf->stats[i].prev) &
				      (vf_stats[i].is32 ? UINT32_MAX : ICE_MP_STAT40_M);
		vf->stats[i].prev = raw[i];
	}
}
