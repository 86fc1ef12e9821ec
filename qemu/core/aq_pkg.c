/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 *
 * DDP package: its identity is remembered and its RSS tables are taken, from
 * the download and from updates; everything else in it has no effect.
 */

#include "aq_priv.h"

#define SECTION_METADATA	1
#define METADATA_SIZE		36
/* A buffer: count and end of its sections, then type, offset and size of each. */
#define HDR_SIZE		4u
#define ENTRY_SIZE		8u

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

/* A section of a buffer; false: it lies beyond its end. */
struct section {
	uint32_t type;
	const uint8_t *data;
	uint16_t size;
};

static bool
section_at(const uint8_t *buf, uint16_t len, unsigned int i, struct section *s)
{
	uint16_t off;

	memcpy(&s->type, buf + HDR_SIZE + ENTRY_SIZE * i, sizeof(s->type));
	memcpy(&off, buf + HDR_SIZE + ENTRY_SIZE * i + 4, sizeof(off));
	memcpy(&s->size, buf + HDR_SIZE + ENTRY_SIZE * i + 6, sizeof(s->size));
	s->data = buf + off;
	return (unsigned int)off + s->size <= len;
}

static void
take_identity(struct ice_mp_aq_pkg_info *pkg, const struct section *s)
{
	if (s->type != SECTION_METADATA || s->size < METADATA_SIZE)
		return;
	memcpy(pkg->ver, s->data, 4);
	memcpy(pkg->name, s->data + 4, sizeof(pkg->name));
	pkg->name[sizeof(pkg->name) - 1] = '\0';
	memcpy(&pkg->track_id, s->data + 32, 4);
}

/* One buffer of a package, or one of changes to the package's tables. */
static enum ice_mp_aq_err
take(struct ice_core *core, uint16_t fn, struct ice_mp_aq_desc *d, uint8_t *buf, uint16_t len)
{
	struct icc_aq_state *st = icc_aq_st(core);
	bool package = d->opcode == ICE_MP_AQ_DOWNLOAD_PKG;
	bool last = d->params.raw[0] & 1;
	struct section s;
	uint16_t count;
	unsigned int i;

	(void)fn;
	if (package && !st->global_locked)
		return ICE_MP_AQ_RC_EPERM;
	memcpy(&count, buf, sizeof(count));
	if (HDR_SIZE + count * ENTRY_SIZE > len)
		return ICE_MP_AQ_RC_EINVAL;
	for (i = 0; i < count; i++)
		if (!section_at(buf, len, i, &s) || !icc_rss_section_ok(s.type, s.data, s.size))
			return ICE_MP_AQ_RC_EINVAL;
	for (i = 0; i < count; i++) {
		section_at(buf, len, i, &s);
		icc_rss_section_apply(core, s.type, s.data, s.size, package);
		if (package)
			take_identity(&st->pkg, &s);
	}
	if (package && last)
		st->pkg_done = true;
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
	{ ICE_MP_AQ_DOWNLOAD_PKG, 12, take },
	{ ICE_MP_AQ_UPDATE_PKG, 12, take },
	{ ICE_MP_AQ_GET_PKG_INFO, 4 + sizeof(struct ice_mp_aq_pkg_info), get_info },
	{ 0, 0, NULL },
};
