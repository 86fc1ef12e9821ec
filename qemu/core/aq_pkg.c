/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 *
 * DDP package: download is accepted and its identity remembered; the default
 * profile of the device is what it processes packets with either way.
 */

#include "aq_priv.h"

#define SECTION_METADATA	1
#define METADATA_SIZE		36

void
icc_aq_pkg_init(struct icc_aq_state *st)
{
	memset(&st->pkg, 0, sizeof(st->pkg));
	st->pkg.ver[0] = 1;
	st->pkg.ver[1] = 3;
	memcpy(st->pkg.name, "ICE OS Default Package", 23);
	st->pkg.is_in_nvm = 1;
	st->pkg.is_active = 1;
	st->pkg_done = false;
}

static enum ice_mp_aq_err
download(struct ice_core *core, uint16_t fn, struct ice_mp_aq_desc *d, uint8_t *buf, uint16_t len)
{
	struct icc_aq_state *st = icc_aq_st(core);
	bool last = d->params.raw[0] & 1;
	uint16_t count, off, size;
	uint32_t type;
	unsigned int i;

	(void)fn;
	if (!st->global_locked)
		return ICE_MP_AQ_RC_EPERM;
	memcpy(&count, buf, sizeof(count));
	if (4u + count * 8u > len)
		return ICE_MP_AQ_RC_EINVAL;
	for (i = 0; i < count; i++) {
		memcpy(&type, buf + 4 + 8 * i, sizeof(type));
		memcpy(&off, buf + 8 + 8 * i, sizeof(off));
		memcpy(&size, buf + 10 + 8 * i, sizeof(size));
		if ((unsigned int)off + size > len)
			return ICE_MP_AQ_RC_EINVAL;
		if (type != SECTION_METADATA || size < METADATA_SIZE)
			continue;
		memcpy(st->pkg.ver, buf + off, 4);
		memcpy(st->pkg.name, buf + off + 4, sizeof(st->pkg.name));
		st->pkg.name[sizeof(st->pkg.name) - 1] = '\0';
		memcpy(&st->pkg.track_id, buf + off + 32, 4);
	}
	if (last)
		st->pkg_done = true;
	memset(d->params.raw, 0, 8);
	return ICE_MP_AQ_RC_OK;
}

static enum ice_mp_aq_err
update(struct ice_core *core, uint16_t fn, struct ice_mp_aq_desc *d, uint8_t *buf, uint16_t len)
{
	(void)core; (void)fn; (void)buf; (void)len;
	memset(d->params.raw, 0, 8);
	return ICE_MP_AQ_RC_OK;
}

static enum ice_mp_aq_err
get_info(struct ice_core *core, uint16_t fn, struct ice_mp_aq_desc *d, uint8_t *buf, uint16_t len)
{
	const uint32_t count = 1;

	(void)fn; (void)len;
	memcpy(buf, &count, sizeof(count));
	memcpy(buf + sizeof(count), &icc_aq_st(core)->pkg, sizeof(struct ice_mp_aq_pkg_info));
	d->datalen = sizeof(count) + sizeof(struct ice_mp_aq_pkg_info);
	return ICE_MP_AQ_RC_OK;
}

const struct icc_aq_cmd icc_aq_pkg[] = {
	{ ICE_MP_AQ_DOWNLOAD_PKG, 12, download },
	{ ICE_MP_AQ_UPDATE_PKG, 4, update },
	{ ICE_MP_AQ_GET_PKG_INFO, 4 + sizeof(struct ice_mp_aq_pkg_info), get_info },
	{ 0, 0, NULL },
};
