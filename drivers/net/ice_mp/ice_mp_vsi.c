/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

#include <errno.h>
#include <string.h>

#include "ice_mp_aqcmd.h"
#include "ice_mp_log.h"
#include "ice_mp_port.h"

/* No loopback flags: a port has one VSI, nothing local to send to. */
static void
vsi_fill_switch(const struct ice_mp_port *port, struct ice_mp_aq_vsi_ctx *ctx, bool prune)
{
	ctx->valid_sections |= ICE_MP_VSI_VALID_SW;
	ctx->sw_id = port->swid;
	ctx->sw_flags2 = ICE_MP_VSI_SW2_LAN_ENA;
	if (prune)
		ctx->sw_flags2 |= ICE_MP_VSI_SW2_RX_VLAN_PRUNE;
}

static void
vsi_fill_vlan(struct ice_mp_aq_vsi_ctx *ctx, bool strip)
{
	ctx->valid_sections |= ICE_MP_VSI_VALID_VLAN;
	ctx->inner_vlan_flags = ICE_MP_VSI_VLAN_TX_ALL;
	ctx->inner_vlan_flags |= strip ? ICE_MP_VSI_VLAN_EMODE_STR_BOTH :
					 ICE_MP_VSI_VLAN_EMODE_NOTHING;
}

static void
vsi_fill_queues(const struct ice_mp_port *port, struct ice_mp_aq_vsi_ctx *ctx)
{
	uint16_t log2 = 0;

	while ((1u << log2) < port->nb_queues)
		log2++;
	ctx->valid_sections |= ICE_MP_VSI_VALID_RXQ_MAP | ICE_MP_VSI_VALID_Q_OPT;
	ctx->mapping_flags = 0;		/* one contiguous range: base, count */
	ctx->q_mapping[0] = port->q_base;
	ctx->q_mapping[1] = port->nb_queues;
	ctx->tc_mapping[0] = log2 << ICE_MP_VSI_TC_Q_NUM_S;
	ctx->q_opt_rss = ICE_MP_VSI_RSS_LUT_GLOBAL |
		((port->rss_lut << ICE_MP_VSI_RSS_GBL_LUT_S) & ICE_MP_VSI_RSS_GBL_LUT_M);
}

int
ice_mp_vsi_init(struct ice_mp_port *port)
{
	struct ice_mp_aq_vsi_ctx ctx;
	int rc;

	memset(&ctx, 0, sizeof(ctx));
	vsi_fill_switch(port, &ctx, false);
	vsi_fill_vlan(&ctx, false);
	vsi_fill_queues(port, &ctx);
	ctx.valid_sections |= ICE_MP_VSI_VALID_SECURITY;
	rc = ice_mp_aqc_add_vsi(port->pf, &ctx, &port->vsi);
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
ice_mp_vsi_set_vlan(struct ice_mp_port *port, bool strip, bool filter)
{
	struct ice_mp_aq_vsi_ctx ctx;

	if (!port->hw_up)
		return -EIO;
	memset(&ctx, 0, sizeof(ctx));
	vsi_fill_switch(port, &ctx, filter);
	vsi_fill_vlan(&ctx, strip);
	return ice_mp_aqc_update_vsi(port->pf, port->vsi, &ctx);
}
