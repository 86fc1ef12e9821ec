/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 *
 * Ports: carrier, administration, faults, and what the driver hears of them.
 */

#include <string.h>

#include "ice_core_priv.h"

unsigned int
icc_nb_visible_ports(const struct ice_core *core)
{
	return core->mp_enable ? core->cfg.nb_ports : 1;
}

static uint16_t
speed_code(uint16_t gbps, uint64_t *phy_type)
{
	switch (gbps) {
	case 10:
		*phy_type = ICE_MP_PHY_LOW_10G_SFI_DA;
		return ICE_MP_AQ_SPEED_10GB;
	case 25:
		*phy_type = ICE_MP_PHY_LOW_25G_CR;
		return ICE_MP_AQ_SPEED_25GB;
	case 40:
		*phy_type = ICE_MP_PHY_LOW_40G_SR4;
		return ICE_MP_AQ_SPEED_40GB;
	case 50:
		*phy_type = ICE_MP_PHY_LOW_50G_SR;
		return ICE_MP_AQ_SPEED_50GB;
	default:
		*phy_type = ICE_MP_PHY_LOW_100G_CR4;
		return ICE_MP_AQ_SPEED_100GB;
	}
}

uint64_t
icc_port_phy_type(const struct ice_core *core, uint8_t lport)
{
	uint64_t phy;

	speed_code(core->port[lport].speed_gbps, &phy);
	return phy;
}

void
icc_port_link_status(const struct ice_core *core, uint8_t lport, struct ice_mp_aq_link *out)
{
	const struct icc_port *p = &core->port[lport];
	uint64_t phy;
	uint16_t speed = speed_code(p->speed_gbps, &phy);

	memset(out, 0, sizeof(*out));
	out->link_info = ICE_MP_AQ_LINK_MEDIA;
	out->max_frame = p->max_frame;
	if (p->fault)
		out->link_info |= ICE_MP_AQ_LINK_FAULT;
	if (p->link_up) {
		out->link_info |= ICE_MP_AQ_LINK_UP;
		out->an_info = ICE_MP_AQ_AN_COMPLETED | ICE_MP_AQ_AN_QUALIFIED;
		out->speed = speed;
		out->phy_type_low = phy;
	}
}

uint32_t
icc_port_status_reg(const struct ice_core *core, uint8_t lport)
{
	const struct icc_port *p = &core->port[lport];
	uint32_t code, val;

	switch (p->speed_gbps) {
	case 10:
		code = PORT_STATUS_SPEED_10G;
		break;
	case 25:
		code = PORT_STATUS_SPEED_25G;
		break;
	case 40:
		code = PORT_STATUS_SPEED_40G;
		break;
	case 50:
		code = PORT_STATUS_SPEED_50G;
		break;
	default:
		code = PORT_STATUS_SPEED_100G;
		break;
	}
	val = code << PORT_STATUS_SPEED_S;
	val |= p->link_up ? PORT_STATUS_LINK_UP_M : 0;
	val |= p->fault ? PORT_STATUS_FAULT_M : 0;
	val |= p->admin_up ? PORT_STATUS_ADMIN_M : 0;
	val |= p->backend ? PORT_STATUS_BACKEND_M : 0;
	return val;
}

void
icc_port_post_event(struct ice_core *core, uint8_t lport)
{
	struct icc_port *p = &core->port[lport];
	struct ice_mp_aq_desc d = { .opcode = ICE_MP_AQ_GET_LINK_STATUS };
	struct ice_mp_aq_link st;

	/* An event for a port that the driver does not know would be taken
	 * for one of its own port. */
	if (lport >= icc_nb_visible_ports(core))
		return;
	if (p->lse && !(p->event_mask & ICE_MP_AQ_EVENT_UPDOWN)) {
		icc_port_link_status(core, lport, &st);
		d.params.raw[0] = lport;
		d.params.raw[2] = ICE_MP_AQ_LSE_IS_ENABLED;
		icc_ctlq_post(core, &core->pf.adminq, &d, &st, sizeof(st));
	}
	icc_intr_oicr(core, ICE_CORE_FN_PF, PFINT_OICR_LINK_STAT_CHANGE_M);
}

void
icc_port_update(struct ice_core *core, uint8_t lport)
{
	struct icc_port *p = &core->port[lport];
	bool up = p->backend && p->backend_up && p->admin_up && !p->fault && !p->force_down;

	if (up == p->link_up)
		return;
	p->link_up = up;
	p->link_changes++;
	icc_port_post_event(core, lport);
	if (up)
		icc_tx_unblock(core, lport);
}

void
ice_core_set_backend(struct ice_core *core, uint8_t lport, bool present, bool up)
{
	if (lport >= core->cfg.nb_ports)
		return;
	core->port[lport].backend = present;
	core->port[lport].backend_up = up;
	icc_port_update(core, lport);
}

int
ice_core_wire(struct ice_core *core, uint8_t a, uint8_t b)
{
	if (a >= core->cfg.nb_ports || b >= core->cfg.nb_ports ||
	    core->port[a].wire != ICE_CORE_PORT_ALL || core->port[b].wire != ICE_CORE_PORT_ALL)
		return -1;
	core->port[a].wire = b;
	core->port[b].wire = a;
	ice_core_set_backend(core, a, true, true);
	ice_core_set_backend(core, b, true, true);
	return 0;
}
