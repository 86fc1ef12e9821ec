/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

/**
 * @file
 * Flow control and forward error correction of a port: parts of its PHY
 * configuration (0x0601), which ice_mp_link.c sends. What the application
 * asked for is remembered here and in force again after a reset; what it did
 * not ask for stays as it was found.
 */

#include <errno.h>

#include "ice_mp_aqcmd.h"
#include "ice_mp_log.h"
#include "ice_mp_port.h"

/** Pause time of a device that was told none. */
#define DEF_PAUSE_QUANTA	0xFFFF

#define FEC_NONE	RTE_ETH_FEC_MODE_CAPA_MASK(NOFEC)
#define FEC_AUTO	RTE_ETH_FEC_MODE_CAPA_MASK(AUTO)
#define FEC_BASER	RTE_ETH_FEC_MODE_CAPA_MASK(BASER)
#define FEC_RS		RTE_ETH_FEC_MODE_CAPA_MASK(RS)

/* Bits of 0x0600 that say that a speed has a FEC. */
static const struct {
	uint32_t speed;		/* RTE_ETH_LINK_SPEED_* */
	uint32_t num;		/* RTE_ETH_SPEED_NUM_* */
	uint8_t baser, rs;
} fec_of[] = {
	{ RTE_ETH_LINK_SPEED_10G, RTE_ETH_SPEED_NUM_10G, ICE_MP_AQ_FEC_KR_EN, 0 },
	{ RTE_ETH_LINK_SPEED_25G, RTE_ETH_SPEED_NUM_25G, ICE_MP_AQ_FEC_25G_KR_EN,
	  ICE_MP_AQ_FEC_RS_EN },
	{ RTE_ETH_LINK_SPEED_40G, RTE_ETH_SPEED_NUM_40G, ICE_MP_AQ_FEC_KR_EN, 0 },
	{ RTE_ETH_LINK_SPEED_50G, RTE_ETH_SPEED_NUM_50G, 0, ICE_MP_AQ_FEC_RS_EN },
	{ RTE_ETH_LINK_SPEED_100G, RTE_ETH_SPEED_NUM_100G, 0, ICE_MP_AQ_FEC_RS_EN },
};

/* ---- configuration ---- */

static void
apply_pause(const struct ice_mp_port *port, struct ice_mp_aq_phy_cfg *cfg)
{
	if (!port->fc_set)
		return;
	cfg->caps &= ~(ICE_MP_AQ_PHY_TX_PAUSE | ICE_MP_AQ_PHY_RX_PAUSE);
	if (port->fc_mode == RTE_ETH_FC_TX_PAUSE || port->fc_mode == RTE_ETH_FC_FULL)
		cfg->caps |= ICE_MP_AQ_PHY_TX_PAUSE;
	if (port->fc_mode == RTE_ETH_FC_RX_PAUSE || port->fc_mode == RTE_ETH_FC_FULL)
		cfg->caps |= ICE_MP_AQ_PHY_RX_PAUSE;
}

static void
apply_fec(const struct ice_mp_port *port, struct ice_mp_aq_phy_cfg *cfg)
{
	uint32_t modes = port->fec & ~FEC_AUTO;

	if (port->fec == 0)
		return;
	cfg->caps &= ~ICE_MP_AQ_PHY_AUTO_FEC;
	cfg->fec = 0;
	if (port->fec & FEC_AUTO) {
		cfg->caps |= ICE_MP_AQ_PHY_AUTO_FEC;
		if (modes == 0)
			modes = FEC_BASER | FEC_RS;
	} else if (modes == FEC_BASER) {
		cfg->fec |= ICE_MP_AQ_FEC_KR_REQ | ICE_MP_AQ_FEC_25G_KR_REQ;
	} else if (modes == FEC_RS) {
		cfg->fec |= ICE_MP_AQ_FEC_RS_528_REQ | ICE_MP_AQ_FEC_RS_544_REQ;
	}
	if (modes & FEC_BASER)
		cfg->fec |= port->phy_fec & (ICE_MP_AQ_FEC_KR_EN | ICE_MP_AQ_FEC_25G_KR_EN);
	if (modes & FEC_RS)
		cfg->fec |= port->phy_fec & ICE_MP_AQ_FEC_RS_EN;
}

void
ice_mp_phy_apply(const struct ice_mp_port *port, struct ice_mp_aq_phy_cfg *cfg)
{
	apply_pause(port, cfg);
	apply_fec(port, cfg);
}

/* ---- flow control ---- */

static bool
negotiates(const struct ice_mp_port *port)
{
	return (port->data->dev_conf.link_speeds & RTE_ETH_LINK_SPEED_FIXED) == 0 &&
	       port->phy_an != 0;
}

static enum rte_eth_fc_mode
fc_mode(bool tx, bool rx)
{
	if (tx)
		return rx ? RTE_ETH_FC_FULL : RTE_ETH_FC_TX_PAUSE;
	return rx ? RTE_ETH_FC_RX_PAUSE : RTE_ETH_FC_NONE;
}

/* What is in force; on a link that is down, what would be asked for. */
static int
fc_current(struct ice_mp_port *port, enum rte_eth_fc_mode *mode)
{
	struct ice_mp_aq_phy_caps caps;
	struct ice_mp_aq_link link;
	int rc;

	rc = ice_mp_aqc_link(port->pf, port->lport, ICE_MP_AQ_LSE_NOP, &link);
	if (rc != 0)
		return rc;
	if (link.link_info & ICE_MP_AQ_LINK_UP) {
		*mode = fc_mode(link.an_info & ICE_MP_AQ_AN_TX_PAUSE,
				link.an_info & ICE_MP_AQ_AN_RX_PAUSE);
		return 0;
	}
	rc = ice_mp_aqc_phy_caps(port->pf, port->lport, ICE_MP_AQ_PHY_REPORT_ACTIVE, &caps);
	if (rc != 0)
		return rc;
	*mode = fc_mode(caps.caps & ICE_MP_AQ_PHY_TX_PAUSE, caps.caps & ICE_MP_AQ_PHY_RX_PAUSE);
	return 0;
}

int
ice_mp_flow_ctrl_get(struct rte_eth_dev *dev, struct rte_eth_fc_conf *conf)
{
	struct ice_mp_port *port = ice_mp_dev_port(dev);
	enum rte_eth_fc_mode mode;
	int rc;

	rc = fc_current(port, &mode);
	if (rc != 0)
		return rc;
	memset(conf, 0, sizeof(*conf));
	conf->mode = mode;
	conf->pause_time = port->pause_quanta != 0 ? port->pause_quanta : DEF_PAUSE_QUANTA;
	conf->send_xon = 1;
	conf->autoneg = negotiates(port);
	return 0;
}

static int
fc_check(const struct ice_mp_port *port, const struct rte_eth_fc_conf *conf)
{
	if ((unsigned int)conf->mode > RTE_ETH_FC_FULL) {
		PORT_LOG(port, ERR, "There is no flow control mode %u.", conf->mode);
		return -EINVAL;
	}
	if (conf->high_water != 0 || conf->low_water != 0) {
		PORT_LOG(port, ERR, "The water marks of flow control are the device's own.");
		return -EINVAL;
	}
	if (conf->mac_ctrl_frame_fwd != 0) {
		PORT_LOG(port, ERR, "MAC control frames are not forwarded.");
		return -EINVAL;
	}
	if (!!conf->autoneg != negotiates(port)) {
		PORT_LOG(port, ERR, "Pause is negotiated with the speed, or both are fixed: the "
			 "port does %snegotiate.", negotiates(port) ? "" : "not ");
		return -EINVAL;
	}
	return 0;
}

int
ice_mp_flow_ctrl_set(struct rte_eth_dev *dev, struct rte_eth_fc_conf *conf)
{
	struct ice_mp_port *port = ice_mp_dev_port(dev);
	const enum rte_eth_fc_mode old_mode = port->fc_mode;
	const uint16_t old_quanta = port->pause_quanta;
	const bool old_set = port->fc_set;
	int rc;

	rc = fc_check(port, conf);
	if (rc != 0)
		return rc;
	/* An XON is sent in any case; a PAUSE of no time would be one. */
	if (conf->pause_time != 0)
		port->pause_quanta = conf->pause_time;
	rc = port->pause_quanta == old_quanta ? 0 : ice_mp_port_set_frame(port, port->frame);
	if (rc != 0) {
		port->pause_quanta = old_quanta;
		return rc;
	}
	port->fc_mode = conf->mode;
	port->fc_set = true;
	rc = ice_mp_link_set(port, port->link_admin_up);
	if (rc == 0)
		return 0;
	port->fc_mode = old_mode;
	port->fc_set = old_set;
	if (port->pause_quanta != old_quanta) {
		port->pause_quanta = old_quanta;
		(void)ice_mp_port_set_frame(port, port->frame);
	}
	return rc;
}

/* ---- FEC ---- */

/* Modes of an entry of fec_of[], 0: the media has not that speed. */
static uint32_t
fec_capa(const struct ice_mp_port *port, unsigned int i)
{
	uint32_t capa = FEC_NONE | FEC_AUTO;

	if ((ice_mp_link_speed_capa(port) & fec_of[i].speed) == 0)
		return 0;
	if (port->phy_fec & fec_of[i].baser)
		capa |= FEC_BASER;
	if (port->phy_fec & fec_of[i].rs)
		capa |= FEC_RS;
	return capa;
}

int
ice_mp_fec_get_capability(struct rte_eth_dev *dev, struct rte_eth_fec_capa *out, unsigned int num)
{
	const struct ice_mp_port *port = ice_mp_dev_port(dev);
	unsigned int i, nb = 0;
	uint32_t capa;

	for (i = 0; i < RTE_DIM(fec_of); i++) {
		capa = fec_capa(port, i);
		if (capa == 0)
			continue;
		if (out != NULL && nb < num) {
			out[nb].speed = fec_of[i].num;
			out[nb].capa = capa;
		}
		nb++;
	}
	return nb;
}

int
ice_mp_fec_get(struct rte_eth_dev *dev, uint32_t *fec)
{
	struct ice_mp_port *port = ice_mp_dev_port(dev);
	struct ice_mp_aq_phy_caps caps;
	struct ice_mp_aq_link link;
	int rc;

	rc = ice_mp_aqc_link(port->pf, port->lport, ICE_MP_AQ_LSE_NOP, &link);
	if (rc != 0)
		return rc;
	if (link.link_info & ICE_MP_AQ_LINK_UP) {
		*fec = link.cfg & ICE_MP_AQ_LINK_FEC_BASER ? FEC_BASER :
		       link.cfg & ICE_MP_AQ_LINK_FEC_M ? FEC_RS : FEC_NONE;
		return 0;
	}
	rc = ice_mp_aqc_phy_caps(port->pf, port->lport, ICE_MP_AQ_PHY_REPORT_ACTIVE, &caps);
	if (rc != 0)
		return rc;
	if (caps.caps & ICE_MP_AQ_PHY_AUTO_FEC)
		*fec = FEC_AUTO;
	else
		*fec = caps.fec_options & ICE_MP_AQ_FEC_RS_M ? FEC_RS :
		       caps.fec_options & ICE_MP_AQ_FEC_BASER_M ? FEC_BASER : FEC_NONE;
	return 0;
}

static int
fec_check(const struct ice_mp_port *port, uint32_t fec)
{
	uint32_t can = 0;
	unsigned int i;

	for (i = 0; i < RTE_DIM(fec_of); i++)
		can |= fec_capa(port, i);
	if (fec == 0 || (fec & ~can) != 0) {
		PORT_LOG(port, ERR, "FEC 0x%x: the port can do 0x%x.", fec, can);
		return -EINVAL;
	}
	if ((fec & FEC_AUTO) == 0 && (fec & (fec - 1)) != 0) {
		PORT_LOG(port, ERR, "FEC 0x%x is more than one mode, and not automatic.", fec);
		return -EINVAL;
	}
	return 0;
}

int
ice_mp_fec_set(struct rte_eth_dev *dev, uint32_t fec)
{
	struct ice_mp_port *port = ice_mp_dev_port(dev);
	const uint32_t old = port->fec;
	int rc;

	rc = fec_check(port, fec);
	if (rc != 0)
		return rc;
	port->fec = fec;
	rc = ice_mp_link_set(port, port->link_admin_up);
	if (rc != 0)
		port->fec = old;
	return rc;
}
