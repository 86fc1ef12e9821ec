/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

/** @file AdminQ commands of the front panel and the NVM. */

#include <string.h>

#include "ice_mp_aqcmd_priv.h"

/** Addresses of the flash have 24 bits; sectors of it. */
#define NVM_END			(1u << 24)
#define NVM_SECTOR		4096u
/** How long the lock is wanted for, at most. */
#define NVM_LOCK_MS		3000

int
ice_mp_aqc_port_options(struct ice_mp_pf *pf, uint8_t lport, struct ice_mp_port_options *out)
{
	struct ice_mp_aq_desc desc = { .opcode = ICE_MP_AQ_GET_PORT_OPTIONS };
	struct ice_mp_aqc_get_port_options *p =
		AQC_PARAMS(desc, struct ice_mp_aqc_get_port_options);
	struct ice_mp_aq_port_option buf[ICE_MP_AQ_PORT_OPT_MAX];
	uint8_t count, active, pending, i;
	int rc;

	p->lport = lport;
	p->lport_valid = 1;
	rc = ice_mp_aq_exec(pf, &desc, buf, sizeof(buf), false);
	if (rc < 0)
		return rc;
	count = p->count & ICE_MP_AQ_PORT_OPT_COUNT_M;
	active = p->active & ICE_MP_AQ_PORT_OPT_COUNT_M;
	pending = p->pending & ICE_MP_AQ_PORT_OPT_VALID ?
		  p->pending & ICE_MP_AQ_PORT_OPT_COUNT_M : active;
	if ((p->active & ICE_MP_AQ_PORT_OPT_VALID) == 0 || active >= count ||
	    count * sizeof(buf[0]) > (size_t)rc)
		return aqc_bad(pf, desc.opcode, "no active option");
	if (pending >= count)
		return aqc_bad(pf, desc.opcode, "pending option");
	out->nb = count;
	out->active = active;
	out->pending = pending;
	for (i = 0; i < count; i++) {
		out->opt[i].nb_ports = buf[i].pmd & 0x0F;
		out->opt[i].lane_speed = buf[i].max_lane_speed & 0x0F;
	}
	return 0;
}

int
ice_mp_aqc_set_port_option(struct ice_mp_pf *pf, uint8_t lport, uint8_t option)
{
	struct ice_mp_aq_desc desc = { .opcode = ICE_MP_AQ_SET_PORT_OPTION };
	struct ice_mp_aqc_set_port_option *p =
		AQC_PARAMS(desc, struct ice_mp_aqc_set_port_option);

	p->lport = lport;
	p->lport_valid = 1;
	p->option = option;
	return aqc_direct(pf, &desc);
}

int
ice_mp_aqc_led(struct ice_mp_pf *pf, uint8_t lport, bool blink)
{
	struct ice_mp_aq_desc desc = { .opcode = ICE_MP_AQ_SET_PORT_ID_LED };
	struct ice_mp_aqc_port_id_led *p = AQC_PARAMS(desc, struct ice_mp_aqc_port_id_led);

	p->lport = lport;
	p->lport_valid = 1;
	p->mode = blink ? ICE_MP_AQ_LED_BLINK : ICE_MP_AQ_LED_ORIG;
	return aqc_direct(pf, &desc);
}

int
ice_mp_aqc_sff_read(struct ice_mp_pf *pf, uint8_t lport, uint8_t page, uint8_t addr,
		    void *data, uint8_t len)
{
	struct ice_mp_aq_desc desc = { .opcode = ICE_MP_AQ_SFF_EEPROM };
	struct ice_mp_aqc_sff_eeprom *p = AQC_PARAMS(desc, struct ice_mp_aqc_sff_eeprom);
	uint8_t buf[ICE_MP_AQC_SFF_MAX];
	int rc;

	if (len == 0 || len > sizeof(buf))
		return -EINVAL;
	p->lport = lport;
	p->lport_valid = 1;
	p->bus_addr = ICE_MP_AQ_SFF_BUS_MODULE | 1u << ICE_MP_AQ_SFF_SET_PAGE_S;
	p->mem_addr = addr;
	p->page = (uint16_t)page << ICE_MP_AQ_SFF_PAGE_S;
	memset(buf, 0, sizeof(buf));
	/* RD is set even though nothing is written: the length is the buffer's. */
	rc = ice_mp_aq_exec(pf, &desc, buf, len, true);
	if (rc < 0)
		return rc;
	if (rc < len)
		return aqc_bad(pf, desc.opcode, "short");
	memcpy(data, buf, len);
	return 0;
}

static int
aqc_nvm_lock(struct ice_mp_pf *pf, bool take)
{
	struct ice_mp_aq_desc desc = {
		.opcode = take ? ICE_MP_AQ_REQ_RES : ICE_MP_AQ_RELEASE_RES,
	};
	struct ice_mp_aqc_req_res *p = AQC_PARAMS(desc, struct ice_mp_aqc_req_res);

	p->res_id = ICE_MP_AQ_RES_NVM;
	p->access = ICE_MP_AQ_RES_READ;
	p->timeout = NVM_LOCK_MS;
	return aqc_direct(pf, &desc);
}

static int
aqc_nvm_read(struct ice_mp_pf *pf, uint32_t offset, void *data, uint16_t len)
{
	struct ice_mp_aq_desc desc = { .opcode = ICE_MP_AQ_NVM_READ };
	struct ice_mp_aqc_nvm *p = AQC_PARAMS(desc, struct ice_mp_aqc_nvm);
	int rc;

	p->offset_low = (uint16_t)offset;
	p->offset_high = offset >> 16;
	p->cmd_flags = ICE_MP_AQ_NVM_FLASH_ONLY | ICE_MP_AQ_NVM_LAST;
	p->length = len;
	rc = ice_mp_aq_exec(pf, &desc, data, len, false);
	if (rc < 0)
		return rc;
	return rc < len ? aqc_bad(pf, desc.opcode, "short") : 0;
}

int
ice_mp_aqc_flash_read(struct ice_mp_pf *pf, uint32_t offset, void *data, uint32_t len)
{
	uint8_t *to = data;
	uint16_t part;
	int rc;

	if (offset > NVM_END || len > NVM_END - offset)
		return -EINVAL;
	rc = aqc_nvm_lock(pf, true);
	if (rc != 0)
		return rc;
	while (len > 0 && rc == 0) {
		/* No read may cross the end of a sector. */
		part = RTE_MIN(len, NVM_SECTOR - offset % NVM_SECTOR);
		rc = aqc_nvm_read(pf, offset, to, part);
		offset += part;
		to += part;
		len -= part;
	}
	(void)aqc_nvm_lock(pf, false);
	return rc;
}

int
ice_mp_aqc_flash_size(struct ice_mp_pf *pf, uint32_t *size)
{
	uint32_t lo = 0, hi = NVM_END, mid;
	uint8_t byte;
	int rc;

	rc = aqc_nvm_lock(pf, true);
	if (rc != 0)
		return rc;
	/* Below lo bytes are there, at hi there is none. */
	while (lo < hi) {
		mid = (lo + hi) / 2;
		rc = aqc_nvm_read(pf, mid, &byte, 1);
		if (rc == 0)
			lo = mid + 1;
		else if (rc == -EINVAL)
			hi = mid;
		else
			break;
		rc = 0;
	}
	(void)aqc_nvm_lock(pf, false);
	if (rc != 0)
		return rc;
	if (lo == 0)
		return aqc_bad(pf, ICE_MP_AQ_NVM_READ, "no flash");
	*size = lo;
	return 0;
}
