/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 *
 * What the PHY makes of its configuration: speed, FEC and pause, agreed with
 * the other end of the port's wire. Outside of the device there is no PHY to
 * agree with: that end has it all and takes what it is offered.
 */

#include "aq_priv.h"

/* FEC, worst first; of each set the best is taken. */
#define NONE	0x1
#define BASER	0x2
#define RS	0x4

/* Fastest first. The cable is a copper one, so that each speed is one type. */
static const struct icc_phy_mode modes[] = {
	{ 100, ICE_MP_AQ_SPEED_100GB, PORT_STATUS_SPEED_100G, ICE_MP_PHY_LOW_100G_CR4, RS, RS },
	{ 50, ICE_MP_AQ_SPEED_50GB, PORT_STATUS_SPEED_50G, ICE_MP_PHY_LOW_50G_CR2, RS, RS },
	{ 40, ICE_MP_AQ_SPEED_40GB, PORT_STATUS_SPEED_40G, ICE_MP_PHY_LOW_40G_CR4, BASER, NONE },
	{ 25, ICE_MP_AQ_SPEED_25GB, PORT_STATUS_SPEED_25G, ICE_MP_PHY_LOW_25G_CR, RS | BASER, RS },
	{ 10, ICE_MP_AQ_SPEED_10GB, PORT_STATUS_SPEED_10G, ICE_MP_PHY_LOW_10G_SFI_DA, BASER, NONE },
};
#define NB_MODES	(sizeof(modes) / sizeof(modes[0]))

const struct icc_phy_mode *
icc_phy_mode(uint16_t gbps)
{
	unsigned int i;

	for (i = 0; i < NB_MODES - 1 && modes[i].gbps != gbps; i++)
		;
	return &modes[i];
}

unsigned int
icc_phy_options(const struct ice_core *core, uint8_t lport, uint16_t gbps[ICC_PHY_OPTIONS])
{
	unsigned int i, n = 0;

	for (i = 0; i < NB_MODES; i++)
		/* 40G is the same lanes as 10G. */
		if (modes[i].gbps == core->port[lport].speed_gbps ||
		    (modes[i].gbps < core->port[lport].speed_gbps && modes[i].gbps != 40))
			gbps[n++] = modes[i].gbps;
	return n;
}

uint64_t
icc_phy_media(const struct ice_core *core, uint8_t lport)
{
	uint16_t gbps[ICC_PHY_OPTIONS];
	uint64_t types = 0;
	unsigned int i;

	icc_phy_options(core, lport, gbps);
	for (i = 0; i < NB_MODES; i++)
		if (modes[i].gbps <= gbps[core->port[lport].option])
			types |= modes[i].type;
	return types;
}

uint8_t
icc_phy_fec_options(const struct ice_core *core, uint8_t lport)
{
	uint64_t media = icc_phy_media(core, lport);
	uint8_t options = 0;
	unsigned int i;

	for (i = 0; i < NB_MODES; i++) {
		if (!(media & modes[i].type))
			continue;
		if (modes[i].fec & RS)
			options |= ICE_MP_AQ_FEC_RS_EN;
		if (modes[i].fec & BASER)
			options |= modes[i].gbps == 25 ? ICE_MP_AQ_FEC_25G_KR_EN :
				   ICE_MP_AQ_FEC_KR_EN;
	}
	return options;
}

bool
icc_phy_configured(const struct icc_port *p)
{
	return p->phy_cfg.phy_type_low != 0;
}

static bool
autoneg(const struct icc_port *p)
{
	return !icc_phy_configured(p) || (p->phy_cfg.low_power_an & ICE_MP_AQ_PHY_AN_M) != 0;
}

static uint64_t
types(const struct ice_core *core, uint8_t lport)
{
	const struct icc_port *p = &core->port[lport];
	uint64_t media = icc_phy_media(core, lport);

	return icc_phy_configured(p) ? p->phy_cfg.phy_type_low & media : media;
}

/* FEC the port leaves the choice of, and what it would have it be. */
static bool
fec_auto(const struct icc_port *p)
{
	return !icc_phy_configured(p) ||
	       ((p->phy_cfg.fec & ICE_MP_AQ_FEC_RS_M) && (p->phy_cfg.fec & ICE_MP_AQ_FEC_BASER_M));
}

static uint8_t
fec_allowed(const struct icc_port *p, const struct icc_phy_mode *m)
{
	uint8_t fec = p->phy_cfg.fec, want = 0;

	if (fec_auto(p))
		return m->fec | NONE;
	if (fec & ICE_MP_AQ_FEC_RS_M)
		want = RS;
	if (fec & ICE_MP_AQ_FEC_BASER_M)
		want = BASER;
	want &= m->fec;
	/* What this speed has not is not used. */
	if (want == 0)
		return NONE;
	return p->phy_cfg.caps & ICE_MP_AQ_PHY_AUTO_FEC ? want | NONE : want;
}

/* @return false: the ends insist on different ones */
static bool
fec_resolve(const struct icc_port *p, const struct icc_port *peer, const struct icc_phy_mode *m,
	    uint8_t *link)
{
	uint8_t both = fec_allowed(p, m);

	if (peer != NULL)
		both &= fec_allowed(peer, m);
	if (both == 0)
		return false;
	if (fec_auto(p) && (peer == NULL || fec_auto(peer)))
		both = m->fec_usual;
	*link = both & RS ? ICE_MP_AQ_LINK_FEC_RS_528 : both & BASER ? ICE_MP_AQ_LINK_FEC_BASER : 0;
	return true;
}

static bool
wants(const struct icc_port *p, uint8_t pause)
{
	return icc_phy_configured(p) && (p->phy_cfg.caps & pause);
}

static void
pause_resolve(const struct icc_port *p, const struct icc_port *peer, struct icc_phy_link *out)
{
	out->pause_tx = wants(p, ICE_MP_AQ_PHY_TX_PAUSE);
	out->pause_rx = wants(p, ICE_MP_AQ_PHY_RX_PAUSE);
	/* Who does not negotiate does as he was told. */
	if (peer == NULL || !autoneg(p))
		return;
	out->pause_tx = out->pause_tx && autoneg(peer) && wants(peer, ICE_MP_AQ_PHY_RX_PAUSE);
	out->pause_rx = out->pause_rx && autoneg(peer) && wants(peer, ICE_MP_AQ_PHY_TX_PAUSE);
}

bool
icc_phy_resolve(const struct ice_core *core, uint8_t lport, struct icc_phy_link *out)
{
	const struct icc_port *p = &core->port[lport], *peer = NULL;
	uint64_t both = types(core, lport);
	unsigned int i;

	memset(out, 0, sizeof(*out));
	if (p->wire != ICE_CORE_PORT_ALL) {
		peer = &core->port[p->wire];
		both &= types(core, p->wire);
	}
	for (i = 0; i < NB_MODES && !(both & modes[i].type); i++)
		;
	if (i == NB_MODES || !fec_resolve(p, peer, &modes[i], &out->fec))
		return false;
	out->gbps = modes[i].gbps;
	out->autoneg = autoneg(p);
	pause_resolve(p, peer, out);
	return true;
}
