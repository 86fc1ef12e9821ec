/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 *
 * PHY, MAC and link commands; each names its port by lport.
 */

#include "aq_priv.h"

#define MODULE_QSFP	0x80

static enum ice_mp_aq_err
get_phy_caps(struct ice_core *core, uint16_t fn, struct ice_mp_aq_desc *d, uint8_t *buf,
	     uint16_t len)
{
	const struct ice_mp_aqc_get_phy_caps *p = ICC_PARAMS(d, ice_mp_aqc_get_phy_caps);
	struct ice_mp_aq_phy_caps *c = (void *)buf;
	const struct icc_port *port;

	(void)fn; (void)len;
	if (!icc_aq_lport_ok(core, p->lport))
		return ICE_MP_AQ_RC_EINVAL;
	port = &core->port[p->lport];
	memset(c, 0, sizeof(*c));
	/* As the hardware comes: whatever FEC suits, no flow control. */
	c->phy_type_low = icc_phy_media(core, p->lport);
	c->caps = ICE_MP_AQ_PHY_EN_LINK | ICE_MP_AQ_PHY_AUTO_FEC;
	c->low_power_an = ICE_MP_AQ_PHY_AN_CL73;
	c->fec_options = icc_phy_fec_options(core, p->lport);
	c->module_type[0] = MODULE_QSFP;
	if ((p->param0 & ICE_MP_AQ_PHY_REPORT_MODE_M) == ICE_MP_AQ_PHY_REPORT_ACTIVE) {
		if (icc_phy_configured(port)) {
			c->phy_type_low = port->phy_cfg.phy_type_low;
			c->caps = port->phy_cfg.caps;
			c->low_power_an = port->phy_cfg.low_power_an;
			c->fec_options = port->phy_cfg.fec;
		}
		c->caps &= ~ICE_MP_AQ_PHY_EN_LINK;
		c->caps |= port->admin_up ? ICE_MP_AQ_PHY_EN_LINK : 0;
	}
	d->datalen = sizeof(*c);
	return ICE_MP_AQ_RC_OK;
}

static enum ice_mp_aq_err
set_phy_cfg(struct ice_core *core, uint16_t fn, struct ice_mp_aq_desc *d, uint8_t *buf,
	    uint16_t len)
{
	uint8_t lport = ICC_PARAMS(d, ice_mp_aqc_set_phy_cfg)->lport;
	const struct ice_mp_aq_phy_cfg *cfg = (void *)buf;
	struct icc_port *p;

	(void)fn; (void)len;
	if (!icc_aq_lport_ok(core, lport))
		return ICE_MP_AQ_RC_EINVAL;
	/* Nothing in common with the module: link could never come up. */
	if ((cfg->caps & ICE_MP_AQ_PHY_EN_LINK) &&
	    !(cfg->phy_type_low & icc_phy_media(core, lport)))
		return ICE_MP_AQ_RC_EINVAL;
	p = &core->port[lport];
	p->phy_cfg = *cfg;
	p->admin_up = (cfg->caps & ICE_MP_AQ_PHY_EN_LINK) != 0;
	icc_port_update(core, lport);
	return ICE_MP_AQ_RC_OK;
}

static enum ice_mp_aq_err
set_mac_cfg(struct ice_core *core, uint16_t fn, struct ice_mp_aq_desc *d, uint8_t *buf,
	    uint16_t len)
{
	const struct ice_mp_aqc_set_mac_cfg *p = ICC_PARAMS(d, ice_mp_aqc_set_mac_cfg);
	unsigned int i, n = icc_nb_visible_ports(core);

	(void)fn; (void)buf; (void)len;
	if (p->max_frame < 64 || p->max_frame > ICE_MP_MAX_FRAME)
		return ICE_MP_AQ_RC_EINVAL;
	if (p->lport != ICE_CORE_PORT_ALL && !icc_aq_lport_ok(core, p->lport))
		return ICE_MP_AQ_RC_EINVAL;
	for (i = 0; i < n; i++)
		if (p->lport == ICE_CORE_PORT_ALL || p->lport == i) {
			core->port[i].max_frame = p->max_frame;
			icc_pause_set(&core->port[i], p->tx_timer, p->fc_refresh);
		}
	return ICE_MP_AQ_RC_OK;
}

static enum ice_mp_aq_err
restart_an(struct ice_core *core, uint16_t fn, struct ice_mp_aq_desc *d, uint8_t *buf,
	   uint16_t len)
{
	const struct ice_mp_aqc_restart_an *p = ICC_PARAMS(d, ice_mp_aqc_restart_an);

	(void)fn; (void)buf; (void)len;
	if (!icc_aq_lport_ok(core, p->lport))
		return ICE_MP_AQ_RC_EINVAL;
	core->port[p->lport].admin_up = (p->flags & ICE_MP_AQ_RESTART_AN_ENABLE) != 0;
	icc_port_update(core, p->lport);
	return ICE_MP_AQ_RC_OK;
}

static enum ice_mp_aq_err
get_link(struct ice_core *core, uint16_t fn, struct ice_mp_aq_desc *d, uint8_t *buf, uint16_t len)
{
	struct ice_mp_aqc_link_status *p = ICC_PARAMS(d, ice_mp_aqc_link_status);
	struct icc_port *port;

	(void)fn; (void)len;
	if (!icc_aq_lport_ok(core, p->lport))
		return ICE_MP_AQ_RC_EINVAL;
	port = &core->port[p->lport];
	if ((p->flags & ICE_MP_AQ_LSE_M) == ICE_MP_AQ_LSE_ENA)
		port->lse = true;
	else if ((p->flags & ICE_MP_AQ_LSE_M) == ICE_MP_AQ_LSE_DIS)
		port->lse = false;
	p->flags = port->lse ? ICE_MP_AQ_LSE_IS_ENABLED : 0;
	icc_port_link_status(core, p->lport, (void *)buf);
	d->datalen = sizeof(struct ice_mp_aq_link);
	return ICE_MP_AQ_RC_OK;
}

static enum ice_mp_aq_err
set_event_mask(struct ice_core *core, uint16_t fn, struct ice_mp_aq_desc *d, uint8_t *buf,
	       uint16_t len)
{
	const struct ice_mp_aqc_set_event_mask *p = ICC_PARAMS(d, ice_mp_aqc_set_event_mask);

	(void)fn; (void)buf; (void)len;
	if (!icc_aq_lport_ok(core, p->lport))
		return ICE_MP_AQ_RC_EINVAL;
	core->port[p->lport].event_mask = p->mask;
	return ICE_MP_AQ_RC_OK;
}

static enum ice_mp_aq_err
set_mac_lb(struct ice_core *core, uint16_t fn, struct ice_mp_aq_desc *d, uint8_t *buf,
	   uint16_t len)
{
	uint8_t lport = d->params.raw[ICE_MP_AQ_SET_MAC_LB_LPORT];

	(void)fn; (void)buf; (void)len;
	if (!icc_aq_lport_ok(core, lport))
		return ICE_MP_AQ_RC_EINVAL;
	core->port[lport].loopback = d->params.raw[0] & 1;
	return ICE_MP_AQ_RC_OK;
}

const struct icc_aq_cmd icc_aq_link[] = {
	{ ICE_MP_AQ_GET_PHY_CAPS, sizeof(struct ice_mp_aq_phy_caps), get_phy_caps },
	{ ICE_MP_AQ_SET_PHY_CFG, sizeof(struct ice_mp_aq_phy_cfg), set_phy_cfg },
	{ ICE_MP_AQ_SET_MAC_CFG, 0, set_mac_cfg },
	{ ICE_MP_AQ_RESTART_AN, 0, restart_an },
	{ ICE_MP_AQ_GET_LINK_STATUS, sizeof(struct ice_mp_aq_link), get_link },
	{ ICE_MP_AQ_SET_EVENT_MASK, 0, set_event_mask },
	{ ICE_MP_AQ_SET_MAC_LB, 0, set_mac_lb },
	{ 0, 0, NULL },
};
