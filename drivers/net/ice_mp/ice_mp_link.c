/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

#include <errno.h>
#include <string.h>

#include "ice_mp_aqcmd.h"
#include "ice_mp_log.h"
#include "ice_mp_port.h"
#include "ice_mp_vc.h"

/* PHY types (phy_type_low) of each speed, and how the two worlds name it. */
static const struct {
	uint64_t types;
	uint32_t capa;
	uint32_t mbps;
	uint16_t aq;
} speeds[] = {
	{ 0x0000000000000003ull, RTE_ETH_LINK_SPEED_100M, RTE_ETH_SPEED_NUM_100M,
	  ICE_MP_AQ_SPEED_100MB },
	{ 0x000000000000007Cull, RTE_ETH_LINK_SPEED_1G, RTE_ETH_SPEED_NUM_1G,
	  ICE_MP_AQ_SPEED_1GB },
	{ 0x0000000000000380ull, RTE_ETH_LINK_SPEED_2_5G, RTE_ETH_SPEED_NUM_2_5G,
	  ICE_MP_AQ_SPEED_2500MB },
	{ 0x0000000000000C00ull, RTE_ETH_LINK_SPEED_5G, RTE_ETH_SPEED_NUM_5G,
	  ICE_MP_AQ_SPEED_5GB },
	{ 0x000000000007F000ull, RTE_ETH_LINK_SPEED_10G, RTE_ETH_SPEED_NUM_10G,
	  ICE_MP_AQ_SPEED_10GB },
	{ 0x000000003FF80000ull, RTE_ETH_LINK_SPEED_25G, RTE_ETH_SPEED_NUM_25G,
	  ICE_MP_AQ_SPEED_25GB },
	{ 0x0000000FC0000000ull, RTE_ETH_LINK_SPEED_40G, RTE_ETH_SPEED_NUM_40G,
	  ICE_MP_AQ_SPEED_40GB },
	{ 0x0007FFF000000000ull, RTE_ETH_LINK_SPEED_50G, RTE_ETH_SPEED_NUM_50G,
	  ICE_MP_AQ_SPEED_50GB },
	{ 0xFFF8000000000000ull, RTE_ETH_LINK_SPEED_100G, RTE_ETH_SPEED_NUM_100G,
	  ICE_MP_AQ_SPEED_100GB },
};

static uint32_t
link_mbps(uint16_t aq)
{
	unsigned int i;

	for (i = 0; i < RTE_DIM(speeds); i++)
		if (speeds[i].aq == aq)
			return speeds[i].mbps;
	return RTE_ETH_SPEED_NUM_UNKNOWN;
}

uint32_t
ice_mp_link_speed_capa(const struct ice_mp_port *port)
{
	uint32_t capa = 0;
	unsigned int i;

	for (i = 0; i < RTE_DIM(speeds); i++)
		if (port->phy_type_low & speeds[i].types)
			capa |= speeds[i].capa;
	/* phy_type_high holds 100G types only. */
	if (port->phy_type_high != 0)
		capa |= RTE_ETH_LINK_SPEED_100G;
	return capa;
}

int
ice_mp_link_init(struct ice_mp_port *port)
{
	struct ice_mp_pf *pf = port->pf;
	struct ice_mp_aq_phy_caps caps;
	struct ice_mp_aq_link link;
	int rc;

	rc = ice_mp_aqc_phy_caps(pf, port->lport, ICE_MP_AQ_PHY_REPORT_MEDIA, &caps);
	if (rc != 0)
		goto fail;
	port->phy_type_low = caps.phy_type_low;
	port->phy_type_high = caps.phy_type_high;
	port->phy_caps = caps.caps;
	port->phy_an = caps.low_power_an & ICE_MP_AQ_PHY_AN_M;
	port->phy_fec = caps.fec_options;
	rc = ice_mp_aqc_phy_caps(pf, port->lport, ICE_MP_AQ_PHY_REPORT_ACTIVE, &caps);
	if (rc != 0)
		goto fail;
	port->link_admin_up = (caps.caps & ICE_MP_AQ_PHY_EN_LINK) != 0;
	rc = ice_mp_aqc_event_mask(pf, port->lport,
				   (uint16_t)~(ICE_MP_AQ_EVENT_UPDOWN | ICE_MP_AQ_EVENT_MEDIA_NA |
					       ICE_MP_AQ_EVENT_FAULT));
	if (rc != 0)
		goto fail;
	rc = ice_mp_aqc_link(pf, port->lport, ICE_MP_AQ_LSE_ENA, &link);
	if (rc != 0)
		goto fail;
	return 0;
fail:
	PORT_LOG(port, ERR, "The link could not be set up: %s.", rte_strerror(-rc));
	return rc;
}

void
ice_mp_link_fini(struct ice_mp_port *port)
{
	struct ice_mp_aq_link link;

	if (!ice_mp_present(port->pf) || port->gone)
		return;
	/* Nobody wants this port's events any more. */
	(void)ice_mp_aqc_link(port->pf, port->lport, ICE_MP_AQ_LSE_DIS, &link);
	(void)ice_mp_aqc_event_mask(port->pf, port->lport, UINT16_MAX);
}

int
ice_mp_link_refresh(struct ice_mp_port *port)
{
	struct rte_eth_link link = {
		.link_duplex = RTE_ETH_LINK_FULL_DUPLEX,
		.link_autoneg = RTE_ETH_LINK_AUTONEG,
		.link_status = RTE_ETH_LINK_DOWN,
		.link_speed = RTE_ETH_SPEED_NUM_NONE,
	};
	struct ice_mp_aq_link hw;
	int rc;

	if (port->data->dev_conf.link_speeds & RTE_ETH_LINK_SPEED_FIXED)
		link.link_autoneg = RTE_ETH_LINK_FIXED;
	rc = ice_mp_aqc_link(port->pf, port->lport, ICE_MP_AQ_LSE_NOP, &hw);
	if (rc == 0 && (hw.link_info & ICE_MP_AQ_LINK_UP) != 0) {
		link.link_status = RTE_ETH_LINK_UP;
		link.link_speed = link_mbps(hw.speed);
		port->aq_speed = hw.speed;
	}
	/* A device that is gone has no link; one that did not answer keeps
	 * the state it had. */
	if (rc != 0 && ice_mp_present(port->pf)) {
		if (!__atomic_exchange_n(&port->link_stale, true, __ATOMIC_RELAXED))
			PORT_LOG(port, ERR, "The link status could not be read: %s.",
				 rte_strerror(-rc));
		return rc;
	}
	__atomic_store_n(&port->link_stale, false, __ATOMIC_RELAXED);
	if (rte_eth_linkstatus_set(ice_mp_port_dev(port), &link) != 0)
		return 0;
	/* Whoever noticed: a control thread may have been faster. */
	ice_mp_vc_port_link(port);
	return 1;
}

bool
ice_mp_link_lost(struct ice_mp_port *port)
{
	struct rte_eth_link link = port->data->dev_link;

	link.link_status = RTE_ETH_LINK_DOWN;
	link.link_speed = RTE_ETH_SPEED_NUM_NONE;
	return rte_eth_linkstatus_set(ice_mp_port_dev(port), &link) == 0;
}

/* PHY types the application allows (dev_conf.link_speeds). */
static int
link_types(const struct ice_mp_port *port, uint64_t *low, uint64_t *high)
{
	uint32_t want = port->data->dev_conf.link_speeds & ~RTE_ETH_LINK_SPEED_FIXED;
	unsigned int i;

	*low = port->phy_type_low;
	*high = port->phy_type_high;
	if (want == RTE_ETH_LINK_SPEED_AUTONEG)
		return 0;
	for (i = 0; i < RTE_DIM(speeds); i++)
		if ((want & speeds[i].capa) == 0)
			*low &= ~speeds[i].types;
	if ((want & RTE_ETH_LINK_SPEED_100G) == 0)
		*high = 0;
	if (*low == 0 && *high == 0) {
		PORT_LOG(port, ERR, "The media can do none of the speeds 0x%x.", want);
		return -EINVAL;
	}
	return 0;
}

int
ice_mp_link_set(struct ice_mp_port *port, bool up)
{
	struct ice_mp_aq_phy_caps caps;
	struct ice_mp_aq_phy_cfg cfg;
	int rc;

	memset(&cfg, 0, sizeof(cfg));
	rc = link_types(port, &cfg.phy_type_low, &cfg.phy_type_high);
	if (rc != 0)
		return rc;
	rc = ice_mp_aqc_phy_caps(port->pf, port->lport, ICE_MP_AQ_PHY_REPORT_ACTIVE, &caps);
	if (rc != 0)
		return rc;
	cfg.caps = caps.caps & (ICE_MP_AQ_PHY_TX_PAUSE | ICE_MP_AQ_PHY_RX_PAUSE |
				ICE_MP_AQ_PHY_LOW_POWER | ICE_MP_AQ_PHY_AUTO_FEC);
	cfg.caps |= ICE_MP_AQ_PHY_AUTO_LINK_UPDT;
	if (up)
		cfg.caps |= ICE_MP_AQ_PHY_EN_LINK;
	/* A speed that is fixed is not negotiated. */
	cfg.low_power_an = caps.low_power_an & ~ICE_MP_AQ_PHY_AN_M;
	if ((port->data->dev_conf.link_speeds & RTE_ETH_LINK_SPEED_FIXED) == 0)
		cfg.low_power_an |= port->phy_an;
	cfg.eee_cap = caps.eee_cap;
	cfg.eeer = caps.eeer;
	cfg.fec = caps.fec_options;
	cfg.module_enforce = caps.module_enforce;
	ice_mp_phy_apply(port, &cfg);
	rc = ice_mp_aqc_set_phy(port->pf, port->lport, &cfg);
	if (rc != 0) {
		PORT_LOG(port, ERR, "The link could not be set %s: %s.", up ? "up" : "down",
			 rte_strerror(-rc));
		return rc;
	}
	port->link_admin_up = up;
	port->link_set = true;
	return 0;
}

int
ice_mp_link_replay(struct ice_mp_port *port)
{
	bool up = port->link_admin_up;
	int rc;

	rc = ice_mp_link_init(port);
	/* What it found is the device's default. Speeds go with the state. */
	port->link_admin_up = up;
	if (rc == 0 && port->link_set)
		rc = ice_mp_link_set(port, up);
	return rc;
}

int
ice_mp_dev_set_link_up(struct rte_eth_dev *dev)
{
	return ice_mp_link_set(ice_mp_dev_port(dev), true);
}

int
ice_mp_dev_set_link_down(struct rte_eth_dev *dev)
{
	return ice_mp_link_set(ice_mp_dev_port(dev), false);
}
