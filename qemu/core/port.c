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

void
icc_port_link_status(const struct ice_core *core, uint8_t lport, struct ice_mp_aq_link *out)
{
	const struct icc_port *p = &core->port[lport];
	const struct icc_phy_mode *m = icc_phy_mode(p->now.gbps);

	memset(out, 0, sizeof(*out));
	out->link_info = ICE_MP_AQ_LINK_MEDIA;
	out->max_frame = p->max_frame;
	if (p->fault)
		out->link_info |= ICE_MP_AQ_LINK_FAULT;
	if (p->link_up) {
		out->link_info |= ICE_MP_AQ_LINK_UP;
		out->an_info = ICE_MP_AQ_AN_QUALIFIED;
		out->an_info |= p->now.autoneg ? ICE_MP_AQ_AN_COMPLETED : 0;
		out->an_info |= p->now.fec != 0 ? ICE_MP_AQ_AN_FEC : 0;
		out->an_info |= p->now.pause_tx ? ICE_MP_AQ_AN_TX_PAUSE : 0;
		out->an_info |= p->now.pause_rx ? ICE_MP_AQ_AN_RX_PAUSE : 0;
		out->cfg = p->now.fec;
		out->speed = m->speed;
		out->phy_type_low = m->type;
	}
}

uint32_t
icc_port_status_reg(const struct ice_core *core, uint8_t lport)
{
	const struct icc_port *p = &core->port[lport];
	uint32_t val;

	val = (uint32_t)icc_phy_mode(p->link_up ? p->now.gbps : p->speed_gbps)->status <<
	      PORT_STATUS_SPEED_S;
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

static void
update(struct ice_core *core, uint8_t lport)
{
	struct icc_port *p = &core->port[lport];
	bool up = p->backend && p->backend_up && p->admin_up && !p->fault && !p->force_down;
	struct icc_phy_link is;

	up = icc_phy_resolve(core, lport, &is) && up;
	if (!up)
		memset(&is, 0, sizeof(is));
	if (up == p->link_up && memcmp(&is, &p->now, sizeof(is)) == 0)
		return;
	p->now = is;
	p->link_changes += up != p->link_up;
	p->link_up = up;
	p->paused_until = 0;
	p->xoff_again = 0;
	icc_port_post_event(core, lport);
	if (up)
		icc_tx_unblock(core, lport);
}

void
icc_port_update(struct ice_core *core, uint8_t lport)
{
	const uint8_t wire = core->port[lport].wire;

	update(core, lport);
	/* What one end is set to is the affair of both. */
	if (wire != ICE_CORE_PORT_ALL && wire != lport)
		update(core, wire);
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
