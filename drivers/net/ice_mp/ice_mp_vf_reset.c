/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

/**
 * @file
 * Reset of one VF, in the order hardware wants it:
 *
 *   RSTAT in progress; rules, queues, VSI taken down; VFRTRIG (unless the
 *   device has begun by itself: VFLR); no transaction pending; VFRSTAT done;
 *   mailbox off; registers; RSTAT active
 */

#include <errno.h>

#include <rte_cycles.h>

#include "ice_mp_ctl.h"
#include "ice_mp_event.h"
#include "ice_mp_log.h"
#include "ice_mp_port.h"
#include "ice_mp_vc.h"
#include "ice_mp_vf_hw.h"

/* Bound on waiting for a VF's transactions and for its reset. */
#define VFR_TRIES		200
#define VFR_STEP_US		20
/** Time for a VF to read that it will be reset. */
#define VFR_NOTICE_MS		10

static const char * const cause_names[ICE_MP_VF_CAUSES] = {
	[ICE_MP_VF_BY_VF] = "itself",
	[ICE_MP_VF_BY_PF] = "the PF",
	[ICE_MP_VF_BY_FLR] = "a function level reset",
};

/* Has the device nothing to do any more on behalf of the VF? */
static bool
vfr_idle(struct ice_mp_vf *vf)
{
	struct ice_mp_pf *pf = vf->pf;
	unsigned int i;

	ice_mp_wr32(pf, PF_PCI_CIAA, PF_PCI_CIAA_DEVICE_STATUS |
		    (uint32_t)vf->id << PF_PCI_CIAA_VF_NUM_S);
	for (i = 0; i < VFR_TRIES; i++) {
		if ((ice_mp_rd32(pf, PF_PCI_CIAD) & PF_PCI_CIAD_TRANS_PEND_M) == 0)
			return true;
		rte_delay_us_sleep(VFR_STEP_US);
	}
	return false;
}

static bool
vfr_done(struct ice_mp_vf *vf)
{
	unsigned int i;

	for (i = 0; i < VFR_TRIES; i++) {
		uint32_t val = ice_mp_rd32(vf->pf, VPGEN_VFRSTAT(vf->id));

		if (val != UINT32_MAX && (val & VPGEN_VFRSTAT_VFRD_M) != 0)
			return true;
		rte_delay_us_sleep(VFR_STEP_US);
	}
	return false;
}

int
ice_mp_vf_reset(struct ice_mp_vf *vf, enum ice_mp_vf_cause cause)
{
	struct ice_mp_pf *pf = vf->pf;

	ICE_MP_ASSERT(ice_mp_ctl_mine(pf));
	if (vf->state == ICE_MP_VF_OFF || !ice_mp_present(pf))
		return -EIO;
	VF_LOG(vf, INFO, "Reset by %s.", cause_names[cause]);
	vf->cnt.resets[cause]++;
	ice_mp_vf_state_set(vf, ICE_MP_VF_RESET);
	ice_mp_wr32(pf, VFGEN_RSTAT(vf->id), VFGEN_RSTAT_INPROGRESS);
	/* What it said before is not meant for what it becomes. */
	ice_mp_vc_forget(pf, vf);
	ice_mp_vf_hw_fini(vf);
	if (cause != ICE_MP_VF_BY_FLR)
		ice_mp_wr32(pf, VPGEN_VFRTRIG(vf->id), VPGEN_VFRTRIG_VFSWR_M);
	if (!vfr_idle(vf) || !vfr_done(vf)) {
		VF_LOG(vf, ERR, "The device does not finish the reset.");
		ice_mp_vf_forget(vf);
		ice_mp_vf_state_set(vf, ICE_MP_VF_BROKEN);
		return -ETIMEDOUT;
	}
	ice_mp_wr32(pf, VF_MBX_ARQLEN(vf->id), 0);
	ice_mp_wr32(pf, VF_MBX_ATQLEN(vf->id), 0);
	/* Somebody else may drive it from now on. */
	if (cause == ICE_MP_VF_BY_FLR) {
		vf->req_queues = 0;
		vf->mac = vf->perm_mac;
	}
	ice_mp_vf_ready(vf);
	return 0;
}

int
ice_mp_vf_reset_later(struct ice_mp_vf *vf, enum ice_mp_vf_cause cause)
{
	if (vf->reset_due != 0)
		return 0;
	if (!ice_mp_vf_is_up(vf))
		return ice_mp_vf_reset(vf, cause);
	/* What reads the event finds that the reset has begun. */
	ice_mp_wr32(vf->pf, VFGEN_RSTAT(vf->id), VFGEN_RSTAT_INPROGRESS);
	ice_mp_vc_event(vf, ICE_MP_VC_EVENT_RESET_IMPENDING);
	ice_mp_vf_state_set(vf, ICE_MP_VF_RESET);
	vf->reset_cause = cause;
	vf->reset_due = rte_get_timer_cycles() + rte_get_timer_hz() * VFR_NOTICE_MS / 1000;
	__atomic_fetch_add(&vf->pf->vfs->nb_due, 1, __ATOMIC_RELAXED);
	ice_mp_event_kick(vf->pf);
	return 0;
}

void
ice_mp_vf_resets_due(struct ice_mp_pf *pf)
{
	unsigned int i;

	if (pf->vfs == NULL || __atomic_load_n(&pf->vfs->nb_due, __ATOMIC_RELAXED) == 0)
		return;
	for (i = 0; i < pf->vfs->nb; i++) {
		struct ice_mp_vf *vf = &pf->vfs->vf[i];

		ice_mp_ctl_lock(pf);
		if (vf->reset_due != 0 && rte_get_timer_cycles() >= vf->reset_due)
			(void)ice_mp_vf_reset(vf, vf->reset_cause);
		ice_mp_ctl_unlock(pf);
	}
}

void
ice_mp_vf_flr(struct ice_mp_pf *pf)
{
	unsigned int i;
	uint32_t bits;

	for (i = 0; pf->vfs != NULL && i < pf->vfs->nb; i += 32) {
		bits = ice_mp_rd32(pf, GLGEN_VFLRSTAT(i / 32));
		if (bits == 0 || !ice_mp_present(pf))
			continue;
		/* First: one that comes while this one is served is another. */
		ice_mp_wr32(pf, GLGEN_VFLRSTAT(i / 32), bits);
		for (; bits != 0; bits &= bits - 1) {
			struct ice_mp_vf *vf = ice_mp_vf_get(pf, i + __builtin_ctz(bits));

			if (vf == NULL)
				continue;
			ice_mp_ctl_lock(pf);
			(void)ice_mp_vf_reset(vf, ICE_MP_VF_BY_FLR);
			ice_mp_ctl_unlock(pf);
		}
	}
}
