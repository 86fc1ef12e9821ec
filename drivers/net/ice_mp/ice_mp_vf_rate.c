/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

/**
 * @file
 * Rates of VFs: the VSI node of a VF points at two profiles, for what it is
 * guaranteed and for its limit.
 */

#include <string.h>

#include "ice_mp_aqcmd.h"
#include "ice_mp_log.h"
#include "ice_mp_port.h"
#include "ice_mp_rate.h"
#include "ice_mp_vf_hw.h"

static const uint8_t rate_types[ICE_MP_VF_RATE_KINDS] = {
	[ICE_MP_VF_RATE_MIN] = ICE_MP_AQ_RL_PROFILE_CIR,
	[ICE_MP_VF_RATE_MAX] = ICE_MP_AQ_RL_PROFILE_EIR,
};

int
ice_mp_vf_rate_set(struct ice_mp_vf *vf)
{
	uint32_t want[ICE_MP_VF_RATE_KINDS] = {
		[ICE_MP_VF_RATE_MIN] = vf->admin.min_tx_mbps,
		[ICE_MP_VF_RATE_MAX] = vf->admin.max_tx_mbps,
	};
	uint16_t id[ICE_MP_VF_RATE_KINDS];
	struct ice_mp_pf *pf = vf->pf;
	unsigned int i;
	int rc;

	if (memcmp(want, vf->rate, sizeof(want)) == 0)
		return 0;
	for (i = 0; i < ICE_MP_VF_RATE_KINDS; i++) {
		rc = ice_mp_rate_get(pf, ICE_MP_SCHED_VSI_LAYER, rate_types[i], want[i], &id[i]);
		if (rc != 0)
			goto fail;
	}
	rc = ice_mp_aqc_node_rates(pf, vf->nodes[ICE_MP_SCHED_VSI_LAYER], id[ICE_MP_VF_RATE_MIN],
				   id[ICE_MP_VF_RATE_MAX]);
	if (rc != 0)
		goto fail;
	ice_mp_vf_rate_drop(vf);
	memcpy(vf->rate, want, sizeof(want));
	return 0;
fail:
	VF_LOG(vf, ERR, "The rates %u to %u Mb/s cannot be set: %s.", want[ICE_MP_VF_RATE_MIN],
	       want[ICE_MP_VF_RATE_MAX], rte_strerror(-rc));
	while (i-- > 0)
		ice_mp_rate_put(pf, ICE_MP_SCHED_VSI_LAYER, rate_types[i], want[i]);
	return rc;
}

void
ice_mp_vf_rate_drop(struct ice_mp_vf *vf)
{
	unsigned int i;

	for (i = 0; i < ICE_MP_VF_RATE_KINDS; i++) {
		ice_mp_rate_put(vf->pf, ICE_MP_SCHED_VSI_LAYER, rate_types[i], vf->rate[i]);
		vf->rate[i] = 0;
	}
}

void
ice_mp_vf_rates_lost(struct ice_mp_pf *pf)
{
	unsigned int i;

	for (i = 0; i < pf->vfs->nb; i++)
		memset(pf->vfs->vf[i].rate, 0, sizeof(pf->vfs->vf[i].rate));
}
