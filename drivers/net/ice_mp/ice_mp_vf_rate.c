/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

/**
 * @file
 * Rates of VFs. The scheduler knows rates as profiles of a layer, of which it
 * has not many, so VFs with the same rate share one; the VSI node of a VF
 * points at two of them, for what it is guaranteed and for its limit.
 */

#include <errno.h>
#include <string.h>

#include "ice_mp_aqcmd.h"
#include "ice_mp_log.h"
#include "ice_mp_port.h"
#include "ice_mp_vf_hw.h"

/** What a node without a rate points at. */
#define RATE_NONE		0
/** Bytes a node may send at once, in units of 64. */
#define RATE_BURST		(15 * 1024 / 64)
/** A profile is exact to one part of this. */
#define RATE_ACCURACY		128
#define RATE_MAX_ENCODE		31
#define BYTES_PER_MBIT		(1000 * 1000 / 8)
/** Wake-up: integer and fraction of PSM clocks per byte. */
#define WAKE_UP_FRACTION_BITS	9
#define WAKE_UP_INT_MAX		63

static const uint8_t rate_types[ICE_MP_VF_RATE_KINDS] = {
	[ICE_MP_VF_RATE_MIN] = ICE_MP_AQ_RL_PROFILE_CIR,
	[ICE_MP_VF_RATE_MAX] = ICE_MP_AQ_RL_PROFILE_EIR,
};

/* Hz */
static uint64_t
rate_clock(struct ice_mp_pf *pf)
{
	static const uint64_t clocks[] = { 367647059, 416666667, 446428571, 390625000 };

	return clocks[(ice_mp_rd32(pf, GLGEN_CLKSTAT_SRC) & GLGEN_CLKSTAT_SRC_PSM_M) >>
		      GLGEN_CLKSTAT_SRC_PSM_S];
}

static int
rate_profile(struct ice_mp_pf *pf, uint32_t mbps, struct ice_mp_aq_rl_profile *prof)
{
	uint64_t bytes = (uint64_t)mbps * BYTES_PER_MBIT;
	uint64_t clock = rate_clock(pf);
	uint64_t mult = 0, wake;
	unsigned int encode;

	for (encode = 0; encode <= RATE_MAX_ENCODE && mult <= RATE_ACCURACY; encode++)
		mult = (((bytes * ICE_MP_RL_CLOCK_DIV) << encode) + clock - 1) / clock;
	if (mult <= RATE_ACCURACY || mult > UINT16_MAX)
		return -ERANGE;
	prof->multiply = mult;
	prof->encode = encode - 1;
	prof->max_burst = RATE_BURST;
	wake = (clock << WAKE_UP_FRACTION_BITS) / bytes;
	prof->wake_up = wake >> WAKE_UP_FRACTION_BITS > WAKE_UP_INT_MAX ?
			ICE_MP_RL_WAKE_UP_INT | wake >> WAKE_UP_FRACTION_BITS : wake;
	return 0;
}

static struct ice_mp_vf_rate *
rate_find(struct ice_mp_vfs *vfs, unsigned int kind, uint32_t mbps)
{
	struct ice_mp_vf_rate *free_slot = NULL;
	unsigned int i;

	for (i = 0; i < RTE_DIM(vfs->rates[kind]); i++) {
		struct ice_mp_vf_rate *r = &vfs->rates[kind][i];

		if (r->refs != 0 && r->mbps == mbps)
			return r;
		if (r->refs == 0)
			free_slot = r;
	}
	return free_slot;
}

/* A profile for the rate. @return 0 and its number, or -errno */
static int
rate_get(struct ice_mp_pf *pf, unsigned int kind, uint32_t mbps, uint16_t *id)
{
	struct ice_mp_aq_rl_profile prof = {
		.level = ICE_MP_SCHED_VSI_LAYER + 1,
		.flags = rate_types[kind],
	};
	struct ice_mp_vf_rate *r;
	int rc;

	*id = RATE_NONE;
	if (mbps == 0)
		return 0;
	/* There are as many as VFs. */
	r = rate_find(pf->vfs, kind, mbps);
	if (r->refs == 0) {
		rc = rate_profile(pf, mbps, &prof);
		if (rc == 0)
			rc = ice_mp_aqc_add_rate(pf, &prof);
		if (rc != 0)
			return rc;
		r->mbps = mbps;
		r->id = prof.id;
	}
	r->refs++;
	*id = r->id;
	return 0;
}

static void
rate_put(struct ice_mp_pf *pf, unsigned int kind, uint32_t mbps)
{
	struct ice_mp_aq_rl_profile prof = {
		.level = ICE_MP_SCHED_VSI_LAYER + 1,
		.flags = rate_types[kind],
	};
	struct ice_mp_vf_rate *r;
	int rc;

	if (mbps == 0)
		return;
	r = rate_find(pf->vfs, kind, mbps);
	if (r->refs == 0 || --r->refs != 0 || !ice_mp_present(pf))
		return;
	prof.id = r->id;
	rc = ice_mp_aqc_del_rate(pf, &prof);
	if (rc != 0)
		PF_LOG(pf, WARNING, "Rate profile %u stays behind: %s.", prof.id,
		       rte_strerror(-rc));
}

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
		rc = rate_get(pf, i, want[i], &id[i]);
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
		rate_put(pf, i, want[i]);
	return rc;
}

void
ice_mp_vf_rate_drop(struct ice_mp_vf *vf)
{
	unsigned int i;

	for (i = 0; i < ICE_MP_VF_RATE_KINDS; i++) {
		rate_put(vf->pf, i, vf->rate[i]);
		vf->rate[i] = 0;
	}
}

void
ice_mp_vf_rates_lost(struct ice_mp_pf *pf)
{
	unsigned int i;

	memset(pf->vfs->rates, 0, sizeof(pf->vfs->rates));
	for (i = 0; i < pf->vfs->nb; i++)
		memset(pf->vfs->vf[i].rate, 0, sizeof(pf->vfs->vf[i].rate));
}
