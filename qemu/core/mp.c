/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 *
 * The multi-port window.
 */

#include <string.h>

#include "ice_core_priv.h"

static void
announce(struct ice_core *core)
{
	/* A driver that did not opt in knows nothing of doorbells. */
	if (core->mp_enable && core->ev_count > 0)
		icc_intr_oicr(core, ICE_CORE_FN_PF, PFINT_OICR_SWINT_M);
}

int
ice_core_inject_event(struct ice_core *core, uint8_t port, uint8_t type, uint16_t data)
{
	struct icc_event *ev;

	/* All zero is how an empty FIFO reads. */
	if (port == 0 && type == 0 && data == 0)
		return -1;
	if (core->ev_count == EVENT_DOORBELL_DEPTH) {
		core->ev_dropped++;
		return -1;
	}
	ev = &core->ev[(core->ev_head + core->ev_count) % EVENT_DOORBELL_DEPTH];
	*ev = (struct icc_event){ .port = port, .type = type, .data = data };
	core->ev_count++;
	if (port == ICE_MP_LPORT_ALL)
		core->doorbell_stat |= (1u << core->cfg.nb_ports) - 1;
	else if (port < core->cfg.nb_ports)
		core->doorbell_stat |= 1u << port;
	announce(core);
	return 0;
}

static uint32_t
pop_event(struct ice_core *core)
{
	const struct icc_event *ev = &core->ev[core->ev_head];

	if (core->ev_count == 0)
		return 0;
	core->ev_head = (core->ev_head + 1) % EVENT_DOORBELL_DEPTH;
	core->ev_count--;
	return ev->port | (uint32_t)ev->type << EVENT_DOORBELL_TYPE_S |
	       (uint32_t)ev->data << EVENT_DOORBELL_DATA_S;
}

bool
icc_mp_read(struct ice_core *core, uint32_t off, unsigned int size, uint32_t *val)
{
	unsigned int i;

	*val = 0;
	if (off >= VF_PORT_MAP && off + size <= VF_PORT_MAP + VF_PORT_MAP_SIZE) {
		for (i = 0; i < size; i++)
			*val |= (uint32_t)core->vf_port_map[off - VF_PORT_MAP + i] << 8 * i;
		return true;
	}
	if (size != 4)
		return false;
	switch (off) {
	case MP_CAPS:
		*val = MP_CAPS_MULTI_PORT_M | MP_CAPS_MSIX_M |
		       MP_CAPS_VERSION << MP_CAPS_VERSION_S |
		       (uint32_t)MP_CAPS_MAGIC << MP_CAPS_MAGIC_S;
		if (core->cfg.nb_vfs > 0)
			*val |= MP_CAPS_SRIOV_M;
		return true;
	case MP_PORT_COUNT:
		*val = core->cfg.nb_ports;
		return true;
	case MP_ENABLE:
		*val = core->mp_enable ? MP_ENABLE_M : 0;
		return true;
	case MP_DOORBELL_STAT:
		*val = core->doorbell_stat;
		return true;
	case EVENT_DOORBELL:
		*val = pop_event(core);
		return true;
	}
	if (off >= PORT_STATUS(0) && off < PORT_STATUS(ICE_MP_MAX_PORTS)) {
		i = (off - PORT_STATUS(0)) / 4;
		if (i < core->cfg.nb_ports)
			*val = icc_port_status_reg(core, i);
		return true;
	}
	return false;
}

bool
icc_mp_write(struct ice_core *core, uint32_t off, unsigned int size, uint32_t val)
{
	unsigned int i;

	if (off >= VF_PORT_MAP && off + size <= VF_PORT_MAP + VF_PORT_MAP_SIZE) {
		for (i = 0; i < size; i++)
			core->vf_port_map[off - VF_PORT_MAP + i] = val >> 8 * i & VF_PORT_MAP_M;
		return true;
	}
	if (size != 4)
		return false;
	switch (off) {
	case MP_ENABLE:
		core->mp_enable = val & MP_ENABLE_M;
		announce(core);
		return true;
	case MP_DOORBELL_STAT:
		core->doorbell_stat &= ~val;
		return true;
	case EVENT_DOORBELL:
		ice_core_inject_event(core, val & EVENT_DOORBELL_PORT_M,
				      (val & EVENT_DOORBELL_TYPE_M) >> EVENT_DOORBELL_TYPE_S,
				      val >> EVENT_DOORBELL_DATA_S);
		return true;
	}
	if (off == MP_CAPS || off == MP_PORT_COUNT ||
	    (off >= PORT_STATUS(0) && off < PORT_STATUS(ICE_MP_MAX_PORTS))) {
		icc_breach(core, ICC_BR_REG_RO, "0x%x", off);
		return true;
	}
	return false;
}

void
icc_mp_reset(struct ice_core *core, enum ice_core_reset kind)
{
	unsigned int i;

	core->ev_head = 0;
	core->ev_count = 0;
	core->doorbell_stat = 0;
	if (kind == ICE_CORE_RESET_PFR)
		return;
	for (i = 0; i < VF_PORT_MAP_SIZE; i++)
		core->vf_port_map[i] = i % core->cfg.nb_ports;
	if (kind != ICE_CORE_RESET_CORER)
		core->mp_enable = false;
}
