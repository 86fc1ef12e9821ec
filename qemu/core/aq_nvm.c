/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 *
 * NVM: a small flash image with the words that drivers read at init.
 */

#include "aq_priv.h"

/* Flash layout, bytes: two banks of each module. */
#define NVM_BANK	0x10000u
#define NVM_BANK_SIZE	0x10000u
#define OROM_BANK	0x30000u	/* 4 KiB each */
#define NETLIST_BANK	0x32000u	/* 4 KiB each */
/** Words of the NVM bank before its shadow-RAM copy: CSS header, aligned. */
#define NVM_SR_COPY	352u
#define CIV_SIZE	74u
#define NVM_VERSION	0x4010u		/* 4.16 */
/** Control word: valid; which NVM bank is the active one (0: the first). */
#define CTRL_VALID	0x0040u
#define CTRL_NVM_BANK	0x0020u
/** From the command that asks for it to the EMPR: the driver is to see its answer. */
#define EMPR_DELAY_NS	10000000u

static void
word(struct icc_aq_state *st, uint32_t byte_off, uint16_t val)
{
	st->flash[byte_off] = val & 0xFF;
	st->flash[byte_off + 1] = val >> 8;
}

static uint32_t
nvm_version_at(bool second)
{
	return NVM_BANK + (second ? NVM_BANK_SIZE : 0) + 2 * (NVM_SR_COPY + 0x18);
}

void
icc_aq_nvm_init(struct icc_aq_state *st)
{
	static const char name[] = "ICE MP";
	uint8_t *civ = &st->flash[OROM_BANK];
	uint8_t sum = 0;
	unsigned int i, bank;

	/* Shadow RAM: control word, then pointers (in 4 KiB units) and sizes. */
	word(st, 2 * 0x00, CTRL_VALID);
	word(st, 2 * 0x42, 0x8000 | NVM_BANK >> 12);
	word(st, 2 * 0x43, 0x0010);
	word(st, 2 * 0x44, 0x8000 | OROM_BANK >> 12);
	word(st, 2 * 0x45, 0x0001);
	word(st, 2 * 0x46, 0x8000 | NETLIST_BANK >> 12);
	word(st, 2 * 0x47, 0x0001);

	for (bank = 0; bank < 2; bank++) {
		uint32_t base = NVM_BANK + bank * NVM_BANK_SIZE;
		uint32_t copy = base + 2 * NVM_SR_COPY;

		word(st, base + 2 * 0x02, 0x00A1);	/* CSS header, dwords */
		word(st, nvm_version_at(bank != 0), NVM_VERSION);
		word(st, copy + 2 * 0x2D, 0x1001);	/* eetrack */
		word(st, copy + 2 * 0x2E, 0x8000);
	}

	/* Option ROM version block; its bytes sum to zero. */
	memcpy(civ, "$CIV", 4);
	civ[5] = 1;
	civ[9] = sizeof(name) - 1;
	for (i = 0; i < sizeof(name) - 1; i++)
		civ[10 + 2 * i] = name[i];
	for (i = 0; i < CIV_SIZE; i++)
		sum += civ[i];
	civ[4] = -sum;

	word(st, NETLIST_BANK, 0x011B);
	word(st, NETLIST_BANK + 2 * 2, 0x0030);
	word(st, NETLIST_BANK + 2 * (6 + 2), 1);
}

static enum ice_mp_aq_err
nvm_read(struct ice_core *core, uint16_t fn, struct ice_mp_aq_desc *d, uint8_t *buf, uint16_t len)
{
	struct ice_mp_aqc_nvm *n = ICC_PARAMS(d, ice_mp_aqc_nvm);
	uint32_t off = n->offset_low | (uint32_t)n->offset_high << 16;
	uint32_t end = (n->cmd_flags & ICE_MP_AQ_NVM_FLASH_ONLY) ? ICC_AQ_FLASH_SIZE :
		       ICC_AQ_SR_SIZE;

	(void)fn;
	if (n->length == 0 || n->length > len || n->module_typeid != 0 ||
	    off >= end || n->length > end - off)
		return ICE_MP_AQ_RC_EINVAL;
	if ((off & 0xFFF) + n->length > 0x1000)
		return ICE_MP_AQ_RC_EINVAL;
	memcpy(buf, &icc_aq_st(core)->flash[off], n->length);
	d->datalen = n->length;
	return ICE_MP_AQ_RC_OK;
}

static enum ice_mp_aq_err
nvm_checksum(struct ice_core *core, uint16_t fn, struct ice_mp_aq_desc *d, uint8_t *buf,
	     uint16_t len)
{
	(void)core; (void)fn; (void)buf; (void)len;
	d->params.raw[2] = 0xBA;
	d->params.raw[3] = 0xBA;
	return ICE_MP_AQ_RC_OK;
}

void
icc_aq_nvm_write(struct ice_core *core)
{
	struct icc_aq_state *st = icc_aq_st(core);
	const bool second = st->flash[0] & CTRL_NVM_BANK;
	const uint8_t *running = &st->flash[nvm_version_at(second)];

	st->nvm_pending = (running[0] | running[1] << 8) + 1;
	word(st, nvm_version_at(!second), st->nvm_pending);
}

void
icc_aq_nvm_boot(struct icc_aq_state *st)
{
	if (st->nvm_pending != 0)
		st->flash[0] ^= CTRL_NVM_BANK;
	st->nvm_pending = 0;
}

static enum ice_mp_aq_err
nvm_update_empr(struct ice_core *core, uint16_t fn, struct ice_mp_aq_desc *d, uint8_t *buf,
		uint16_t len)
{
	(void)fn; (void)d; (void)buf; (void)len;
	if (icc_aq_st(core)->nvm_pending == 0)
		return ICE_MP_AQ_RC_EPERM;
	core->empr_at = icc_now(core) + EMPR_DELAY_NS;
	icc_timer_at(core, core->empr_at);
	return ICE_MP_AQ_RC_OK;
}

const struct icc_aq_cmd icc_aq_nvm[] = {
	{ ICE_MP_AQ_NVM_READ, 1, nvm_read },
	{ ICE_MP_AQ_NVM_CHECKSUM, 0, nvm_checksum },
	{ ICE_MP_AQ_NVM_UPDATE_EMPR, 0, nvm_update_empr },
	{ 0, 0, NULL },
};
