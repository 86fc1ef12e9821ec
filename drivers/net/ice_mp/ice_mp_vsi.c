/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

#include <errno.h>
#include <string.h>

#include "ice_mp_aqcmd.h"
#include "ice_mp_log.h"
#include "ice_mp_port.h"
#include "ice_mp_vsi.h"

static void
vsi_fill_switch(const struct ice_mp_vsi_conf *conf, struct ice_mp_aq_vsi_ctx *ctx)
{
	ctx->valid_sections |= ICE_MP_VSI_VALID_SW | ICE_MP_VSI_VALID_SECURITY;
	ctx->sw_id = conf->swid;
	ctx->sw_flags2 = ICE_MP_VSI_SW2_LAN_ENA;
	if (conf->loopback)
		ctx->sw_flags |= ICE_MP_VSI_SW_ALLOW_LB;
	if (conf->prune)
		ctx->sw_flags2 |= ICE_MP_VSI_SW2_RX_VLAN_PRUNE;
	if (conf->spoof_check)
		ctx->sec_flags |= ICE_MP_VSI_SEC_MAC_ANTI_SPOOF;
	if (conf->tx_prune)
		ctx->sec_flags |= ICE_MP_VSI_SEC_TX_VLAN_PRUNE;
}

static void
vsi_fill_vlan(const struct ice_mp_vsi_conf *conf, struct ice_mp_aq_vsi_ctx *ctx)
{
	ctx->valid_sections |= ICE_MP_VSI_VALID_VLAN;
	if (conf->pvid != 0) {
		/* The owner neither sends nor sees a tag: it is put on and
		 * taken off on the way. */
		ctx->port_based_inner_vlan = conf->pvid;
		ctx->inner_vlan_flags = ICE_MP_VSI_VLAN_TX_UNTAGGED |
			ICE_MP_VSI_VLAN_INSERT_PVID | ICE_MP_VSI_VLAN_EMODE_STR;
		return;
	}
	ctx->inner_vlan_flags = ICE_MP_VSI_VLAN_TX_ALL;
	ctx->inner_vlan_flags |= conf->strip || conf->qinq ? ICE_MP_VSI_VLAN_EMODE_STR_BOTH :
							     ICE_MP_VSI_VLAN_EMODE_NOTHING;
	if (!conf->outer_tag)
		return;
	/* The device as a whole stays in single VLAN mode, which is what
	 * filters, VFs and all that was ever tried count on: only this VSI
	 * knows of an outer tag. */
	ctx->valid_sections |= ICE_MP_VSI_VALID_OUTER_TAG;
	ctx->outer_vlan_flags = ICE_MP_VSI_OUTER_TX_ALL;
	ctx->outer_vlan_flags |= conf->qinq ?
		ICE_MP_VSI_OUTER_TAG_STAG | ICE_MP_VSI_OUTER_EMODE_SHOW :
		ICE_MP_VSI_OUTER_EMODE_NOTHING;
}

static void
vsi_fill_queues(const struct ice_mp_vsi_conf *conf, struct ice_mp_aq_vsi_ctx *ctx)
{
	uint16_t log2 = 0;

	while ((1u << log2) < conf->nb_queues)
		log2++;
	ctx->valid_sections |= ICE_MP_VSI_VALID_RXQ_MAP | ICE_MP_VSI_VALID_Q_OPT;
	ctx->mapping_flags = 0;		/* one contiguous range: base, count */
	ctx->q_mapping[0] = conf->q_base;
	ctx->q_mapping[1] = conf->nb_queues;
	ctx->tc_mapping[0] = log2 << ICE_MP_VSI_TC_Q_NUM_S;
	ctx->q_opt_rss = conf->q_opt_rss;
}

int
ice_mp_vsi_create(struct ice_mp_pf *pf, const struct ice_mp_vsi_conf *conf, uint16_t *vsi)
{
	struct ice_mp_aq_vsi_ctx ctx;

	memset(&ctx, 0, sizeof(ctx));
	vsi_fill_switch(conf, &ctx);
	vsi_fill_vlan(conf, &ctx);
	vsi_fill_queues(conf, &ctx);
	return ice_mp_aqc_add_vsi(pf, conf->vf, &ctx, vsi);
}

int
ice_mp_vsi_change(struct ice_mp_pf *pf, uint16_t vsi, const struct ice_mp_vsi_conf *conf)
{
	struct ice_mp_aq_vsi_ctx ctx;

	memset(&ctx, 0, sizeof(ctx));
	vsi_fill_switch(conf, &ctx);
	vsi_fill_vlan(conf, &ctx);
	return ice_mp_aqc_update_vsi(pf, vsi, &ctx);
}

/* A port's VSI is alone on its switch unless there are VFs. */
static struct ice_mp_vsi_conf
vsi_of_port(const struct ice_mp_port *port)
{
	return (struct ice_mp_vsi_conf){
		.vf = ICE_MP_NO_VF,
		.swid = port->swid,
		.loopback = port->pf->vfs != NULL,
		.outer_tag = port->pf->multi_port,
		.q_base = port->q_base,
		.nb_queues = port->nb_queues,
		.q_opt_rss = ICE_MP_VSI_RSS_LUT_GLOBAL |
			((port->rss_lut << ICE_MP_VSI_RSS_GBL_LUT_S) & ICE_MP_VSI_RSS_GBL_LUT_M),
	};
}

int
ice_mp_vsi_init(struct ice_mp_port *port)
{
	struct ice_mp_vsi_conf conf = vsi_of_port(port);
	int rc;

	rc = ice_mp_vsi_create(port->pf, &conf, &port->vsi);
	if (rc != 0) {
		PORT_LOG(port, ERR, "No VSI: %s.", rte_strerror(-rc));
		return rc;
	}
	port->hw_up = true;
	return 0;
}

void
ice_mp_vsi_fini(struct ice_mp_port *port)
{
	int rc;

	if (!port->hw_up)
		return;
	port->hw_up = false;
	if (!ice_mp_present(port->pf))
		return;
	rc = ice_mp_aqc_free_vsi(port->pf, port->vsi);
	if (rc != 0)
		PORT_LOG(port, WARNING, "VSI %u stays behind: %s.", port->vsi, rte_strerror(-rc));
}

int
ice_mp_vsi_set_vlan(struct ice_mp_port *port, uint64_t offloads)
{
	struct ice_mp_vsi_conf conf = vsi_of_port(port);

	if (!port->hw_up)
		return -EIO;
	conf.strip = (offloads & RTE_ETH_RX_OFFLOAD_VLAN_STRIP) != 0;
	conf.qinq = (offloads & RTE_ETH_RX_OFFLOAD_QINQ_STRIP) != 0;
	conf.prune = (offloads & RTE_ETH_RX_OFFLOAD_VLAN_FILTER) != 0;
	return ice_mp_vsi_change(port->pf, port->vsi, &conf);
}
