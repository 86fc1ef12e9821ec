/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

/** @file Messages about RSS. */

#include "ice_mp_vc_priv.h"

int
ice_mp_vc_rss_key(struct ice_mp_vc_call *c)
{
	const struct ice_mp_vc_rss_key *m = c->msg;
	struct ice_mp_vf *vf = c->vf;

	if (m->len != ICE_MP_RSS_KEY_SIZE)
		return ice_mp_vc_refuse(c, "size of the RSS key");
	return ice_mp_vc_status(c, ice_mp_vf_rss_set(vf, m->key, vf->rss_lut, vf->hena));
}

int
ice_mp_vc_rss_lut(struct ice_mp_vc_call *c)
{
	const struct ice_mp_vc_rss_lut *m = c->msg;
	struct ice_mp_vf *vf = c->vf;
	unsigned int i;

	if (m->entries != ICE_MP_VC_RSS_LUT_SIZE)
		return ice_mp_vc_refuse(c, "size of the RSS table");
	for (i = 0; i < m->entries; i++)
		if (m->lut[i] >= vf->nb_queues)
			return ice_mp_vc_refuse(c, "not its queue in the RSS table");
	return ice_mp_vc_status(c, ice_mp_vf_rss_set(vf, vf->rss_key, m->lut, vf->hena));
}

int
ice_mp_vc_get_hena(struct ice_mp_vc_call *c)
{
	*(uint64_t *)(void *)c->reply = ICE_MP_VF_HENA;
	c->reply_len = sizeof(uint64_t);
	return ICE_MP_VC_OK;
}

int
ice_mp_vc_set_hena(struct ice_mp_vc_call *c)
{
	uint64_t hena = *(const uint64_t *)c->msg;
	struct ice_mp_vf *vf = c->vf;

	if ((hena & ~ICE_MP_VF_HENA) != 0)
		return ice_mp_vc_refuse(c, "types of RSS that were not offered");
	return ice_mp_vc_status(c, ice_mp_vf_rss_set(vf, vf->rss_key, vf->rss_lut, hena));
}
