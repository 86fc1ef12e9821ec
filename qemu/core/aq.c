/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 *
 * AdminQ command dispatch.
 */

#include <stdlib.h>

#include "aq_priv.h"

static const struct icc_aq_cmd *const tables[] = {
	icc_aq_generic, icc_aq_nvm, icc_aq_vsis, icc_aq_rules,
	icc_aq_sched, icc_aq_link, icc_aq_queue, icc_aq_pkg, icc_aq_rates, icc_aq_module,
};

bool
icc_aq_lport_ok(struct ice_core *core, uint8_t lport)
{
	if (lport < icc_nb_visible_ports(core))
		return true;
	icc_breach(core, ICC_BR_AQ_PARAM, "lport %u of %u", lport, icc_nb_visible_ports(core));
	return false;
}

struct icc_vsi *
icc_aq_vsi(struct ice_core *core, uint16_t fn, uint16_t num)
{
	num &= ICE_MP_AQ_VSI_NUM_M;
	if (num >= ICE_MP_HW_MAX_VSI || !core->vsi[num].used || core->vsi[num].fn != fn) {
		icc_breach(core, ICC_BR_AQ_PARAM, "VSI %u does not exist", num);
		return NULL;
	}
	return &core->vsi[num];
}

enum ice_mp_aq_err
icc_aq_exec(struct ice_core *core, uint16_t fn, struct ice_mp_aq_desc *desc, uint8_t *buf)
{
	uint16_t len = (desc->flags & ICE_MP_AQ_FLAG_BUF) ? desc->datalen : 0;
	const struct icc_aq_cmd *c;
	unsigned int i;

	for (i = 0; i < sizeof(tables) / sizeof(tables[0]); i++) {
		for (c = tables[i]; c->fn != NULL; c++) {
			if (c->opcode != desc->opcode)
				continue;
			if (len < c->min_len) {
				icc_breach(core, ICC_BR_AQ_DESC, "0x%04x: buffer of %u, needs %u",
					   c->opcode, len, c->min_len);
				return ICE_MP_AQ_RC_EINVAL;
			}
			return c->fn(core, fn, desc, buf, len);
		}
	}
	return ICE_MP_AQ_RC_ENOSYS;
}

uint32_t
icc_aq_fd_size(const struct ice_core *core)
{
	const struct icc_aq_state *st = core->aq_state;

	return (uint32_t)st->fd_guar << GLQF_FD_SIZE_GSIZE_S |
	       (uint32_t)st->fd_shared << GLQF_FD_SIZE_BSIZE_S;
}

int
icc_aq_init(struct ice_core *core)
{
	core->aq_state = calloc(1, sizeof(struct icc_aq_state));
	if (core->aq_state == NULL)
		return -1;
	icc_aq_nvm_init(core->aq_state);
	icc_aq_pkg_init(core->aq_state);
	return 0;
}

void
icc_aq_reset(struct ice_core *core, enum ice_core_reset kind)
{
	struct icc_aq_state *st = icc_aq_st(core);
	unsigned int i;

	memset(st->res, 0, sizeof(st->res));
	st->nvm_locked = st->change_locked = st->global_locked = false;
	st->fd_guar = st->fd_shared = 0;
	for (i = 0; i < ICE_CORE_MAX_PORTS; i++) {
		struct icc_port *p = &core->port[i];

		memcpy(p->laa, p->mac, sizeof(p->laa));
		p->lse = false;
		p->loopback = false;
		p->event_mask = 0;
		p->max_frame = ICE_MP_MAX_FRAME;
		icc_pause_set(p, 0, 0);
		if (kind == ICE_CORE_RESET_EMPR || kind == ICE_CORE_RESET_POR)
			p->option = p->option_next;
	}
	if (kind == ICE_CORE_RESET_EMPR || kind == ICE_CORE_RESET_POR)
		icc_aq_nvm_boot(st);
	/* The package outlives a PFR and an FLR, nothing more. */
	icc_rss_profiles_reset(core, kind != ICE_CORE_RESET_PFR && kind != ICE_CORE_RESET_FLR);
	if (kind != ICE_CORE_RESET_PFR && kind != ICE_CORE_RESET_FLR)
		icc_aq_pkg_init(st);
}
